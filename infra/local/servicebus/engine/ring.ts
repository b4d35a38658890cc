import type { Consumer } from './message.ts'

/** Competing receivers of one queue, served in turn. */
export class DeliveryRing {
  private consumers: Consumer[] = []
  private turn = 0

  add(consumer: Consumer): void {
    this.consumers.push(consumer)
  }

  remove(consumer: Consumer): void {
    this.consumers = this.consumers.filter((other) => other !== consumer)
  }

  /** The next receiver with credit, or undefined when nobody asks. */
  next(): Consumer | undefined {
    for (let tried = 0; tried < this.consumers.length; tried++) {
      this.turn = (this.turn + 1) % this.consumers.length
      const consumer = this.consumers[this.turn]
      if (consumer?.hasCredit() === true) return consumer
    }
    return undefined
  }
}
