import type { ReasonCode } from '../domain/reasons.ts'
import type { Story } from '../steps/step.ts'

/**
 * Why an undo could not be done: in the words of the machine, or where it is ATLAS's own, its code and what that one
 * names.
 */
export type Why =
  | { readonly message: string }
  | { readonly because: ReasonCode; readonly kb?: string; readonly why?: string; readonly problems?: string }
/** What an undo says. */
export type Undone = { readonly kind: 'undone' } | { readonly kind: 'failed'; readonly why: Why }

export type Unwound =
  | { readonly kind: 'undone'; readonly done: readonly string[] }
  | {
      readonly kind: 'stuck'
      readonly done: readonly string[]
      readonly failed: string
      readonly why: Why
      readonly pending: readonly string[]
    }

interface Undo {
  readonly name: string
  readonly story: () => Story<Undone>
}

/** What could not be taken back at the end. */
export interface Left {
  readonly name: string
  readonly why: Why
}

/**
 * The undo stack of one saga. An undo is registered *before* its step, because a step whose answer is lost
 * may have happened; undos are therefore idempotent. Past the pivot there is only forward.
 */
export class Saga {
  #undos: Undo[] = []
  #lasting: Undo[] = []

  /** Registers what undoes the step that follows; a step that is repeated is undone once. */
  before(name: string, story: () => Story<Undone>): void {
    if (!this.pending.includes(name)) this.#undos.push({ name, story })
  }

  /**
   * Registers what is taken back however the story ends: no undo of what it does, so neither the pivot nor an undo
   * that fails leaves it standing. Before its step, as `before`.
   */
  always(name: string, story: () => Story<Undone>): void {
    if (!this.lasting.includes(name)) this.#lasting.push({ name, story })
  }

  /** A step that is known not to have been begun is not undone. */
  withdraw(name: string): void {
    this.#undos = this.#undos.filter((undo) => undo.name !== name)
    this.#lasting = this.#lasting.filter((one) => one.name !== name)
  }

  /** The point of no return: what was done stays done. */
  pivot(): void {
    this.#undos = []
  }

  get pending(): readonly string[] {
    return this.#undos.map((undo) => undo.name)
  }

  /** What stands until the end. */
  get lasting(): readonly string[] {
    return this.#lasting.map(({ name }) => name)
  }

  /** Takes one of those back before the end; one that can't be is tried again then. */
  *takeBack(name: string): Story<void> {
    const one = this.#lasting.find((lasting) => lasting.name === name)
    if (one !== undefined && (yield* one.story()).kind === 'undone') this.withdraw(name)
  }

  /** Takes all of those back, the last first, each whatever becomes of the others. */
  *settle(): Story<readonly Left[]> {
    const left: Left[] = []
    for (let one = this.#lasting.pop(); one !== undefined; one = this.#lasting.pop()) {
      const result = yield* one.story()
      if (result.kind === 'failed') left.push({ name: one.name, why: result.why })
    }
    return left
  }

  /** Undoes the last step first and halts at the first undo that fails: then a human is asked. */
  *unwind(): Story<Unwound> {
    const done: string[] = []
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      const result = yield* undo.story()
      if (result.kind === 'failed') {
        const pending = this.pending.toReversed()
        return { kind: 'stuck', done, failed: undo.name, why: result.why, pending }
      }
      done.push(undo.name)
    }
    return { kind: 'undone', done }
  }
}
