export type HookCallback = (context: object) => void | Promise<void>

const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const
type HookName = (typeof hookNames)[number]

/** An app's hooks, run in the order they were registered; one that throws stops what it hooks into. */
export class Hooks {
  readonly #callbacks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  }

  /** @throws RangeError for a name that is none: the library reads it as "this host is too old". */
  add(name: string, callback: HookCallback): () => void {
    const known = hookNames.find((one) => one === name)
    if (known === undefined) throw new RangeError(`There is no hook "${name}": use ${hookNames.join(', ')}.`)
    const callbacks = this.#callbacks[known]
    callbacks.push(callback)
    return () => {
      const index = callbacks.indexOf(callback)
      if (index >= 0) callbacks.splice(index, 1)
    }
  }

  has(name: HookName): boolean {
    return this.#callbacks[name].length > 0
  }

  async run(name: HookName, context: object): Promise<void> {
    for (const callback of this.#callbacks[name]) await callback(context)
  }

  /** Log hooks can't wait, so what one of them throws goes to whoever logs. */
  runNow(name: HookName, context: object): void {
    for (const callback of this.#callbacks[name]) void callback(context)
  }
}
