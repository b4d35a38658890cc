import type { OwnFunction } from './functions.ts'

/** Undefined: it can be several things, or something that nobody knows. */
type Learnt = string | undefined

/** What is learnt of the project's own functions: what they are called with, and what they answer. */
export class Knowledge {
  readonly #params = new Map<OwnFunction, Map<string, Learnt>>()
  readonly #outputs = new Map<OwnFunction, Learnt>()

  /** One call says what a parameter is; another one that says otherwise unsays it. */
  calledWith(own: OwnFunction, parameter: string, type: Learnt): void {
    const params = this.#params.get(own) ?? new Map<string, Learnt>()
    const name = parameter.toLowerCase()
    params.set(name, !params.has(name) || params.get(name) === type ? type : undefined)
    this.#params.set(own, params)
  }

  answers(own: OwnFunction, type: Learnt): void {
    this.#outputs.set(own, type)
  }

  paramsOf(own: OwnFunction): [string, string][] {
    return [...(this.#params.get(own) ?? [])].flatMap(([name, type]) =>
      type === undefined ? [] : [[name, type] as [string, string]],
    )
  }

  outputOf(own: OwnFunction): Learnt {
    return own.outputs[0] ?? this.#outputs.get(own)
  }
}
