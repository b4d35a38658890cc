import type { FunctionInvoker } from './contract.ts'
import { describeError } from './failures.ts'
import type { Mail } from './instance.ts'
import { Queue, type Turn } from './turn.ts'

export interface ActivityCall {
  readonly instance: number
  readonly instanceId: string
  readonly executionId: string
  readonly taskId: number
  readonly name: string
  readonly input: string | undefined
}

/** Runs activities, so many at a time, and reports how each has ended. */
export class ActivityPool {
  readonly #waiting = new Queue<ActivityCall>()
  #running = 0
  #ended = 0
  #stopped = false
  #resuming = false
  readonly #limit: number
  readonly #invoker: FunctionInvoker
  readonly #turn: Turn
  readonly #report: (call: ActivityCall, mail: Mail) => void

  constructor(
    limit: number,
    invoker: FunctionInvoker,
    turn: Turn,
    report: (call: ActivityCall, mail: Mail) => void,
  ) {
    this.#limit = limit
    this.#invoker = invoker
    this.#turn = turn
    this.#report = report
  }

  get running(): number {
    return this.#running
  }
  get waiting(): number {
    return this.#waiting.size
  }
  get ended(): number {
    return this.#ended
  }

  submit(call: ActivityCall): void {
    this.#waiting.push(call)
    this.#fill()
  }

  stop(): void {
    this.#stopped = true
  }

  #fill(): void {
    while (!this.#stopped && this.#running < this.#limit && this.#waiting.size > 0) {
      if (this.#turn.isSpent) {
        this.#fillNextTurn()
        return
      }
      const call = this.#waiting.take()
      if (call !== undefined) void this.#run(call)
    }
  }

  #fillNextTurn(): void {
    if (this.#resuming) return
    this.#resuming = true
    setImmediate(() => {
      this.#resuming = false
      this.#fill()
    })
  }

  async #run(call: ActivityCall): Promise<void> {
    this.#running++
    const mail = await this.#outcome(call)
    this.#running--
    this.#ended++
    if (this.#stopped) return
    this.#report(call, mail)
    this.#fill()
  }

  async #outcome(call: ActivityCall): Promise<Mail> {
    const { taskId, executionId: execution } = call
    try {
      const result = (await this.#invoker.activity(call.name, call.input, call.instanceId)) ?? 'null'
      return { kind: 'happening', execution, happening: { kind: 'taskCompleted', taskId, result } }
    } catch (error) {
      const happening = { kind: 'taskFailed', taskId, failure: describeError(error) } as const
      return { kind: 'happening', execution, happening }
    }
  }
}
