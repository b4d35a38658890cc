import { settle, type LeafTask } from './tasks.ts'

/**
 * External events of one execution: who waits (the newest wait is served first, as in the SDK) and what came too
 * early. Names match whatever their case; the SDK compares them exactly, so an event in another spelling is sent
 * again under the name that is waited for.
 */
export class EventWaits {
  readonly #waiting = new Map<string, LeafTask[]>()
  readonly #early = new Map<string, (string | undefined)[]>()
  readonly #spellings = new Map<string, string[]>()
  readonly #respell: (name: string, input: string | undefined) => void

  constructor(respell: (name: string, input: string | undefined) => void) {
    this.#respell = respell
  }

  /** Starts to wait; an event that is already there is taken at once. */
  wait(name: string, task: LeafTask): void {
    push(this.#waiting, name, task)
    const spellings = this.#know(name)
    if (this.#takeEarly(name) !== undefined) {
      this.#serve(name)
      return
    }
    for (const other of spellings) {
      const early = other === name ? undefined : this.#takeEarly(other)
      if (early !== undefined) {
        this.#respell(name, early.input)
        return
      }
    }
  }

  raise(name: string, input: string | undefined): void {
    const spellings = this.#know(name)
    if (this.#serve(name)) return
    const waitedFor = spellings.find((other) => this.#waiting.has(other))
    if (waitedFor === undefined) push(this.#early, name, input)
    else this.#respell(waitedFor, input)
  }

  #serve(name: string): boolean {
    const tasks = this.#waiting.get(name)
    const task = tasks?.pop()
    if (tasks?.length === 0) this.#waiting.delete(name)
    if (task === undefined) return false
    settle(task, true)
    return true
  }

  #takeEarly(name: string): { input: string | undefined } | undefined {
    const inputs = this.#early.get(name)
    if (inputs === undefined) return undefined
    const input = inputs.shift()
    if (inputs.length === 0) this.#early.delete(name)
    return { input }
  }

  #know(name: string): readonly string[] {
    const key = name.toLowerCase()
    const spellings = this.#spellings.get(key)
    if (spellings === undefined) {
      this.#spellings.set(key, [name])
      return [name]
    }
    if (!spellings.includes(name)) spellings.push(name)
    return spellings
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
