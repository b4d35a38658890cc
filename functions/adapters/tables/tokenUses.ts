/** What counts of an enrolment token; `expiresAt` is wire time. */
interface Countable {
  readonly left: number
  readonly expiresAt: number
}

interface Use<T> {
  readonly now: number
  readonly granted: (token: T | undefined) => void
  readonly failed: (error: unknown) => void
}

/** First come, first served: for each use what the token is after it, undefined where none was left. */
function grantUses<T extends Countable>(token: T | undefined, uses: readonly Use<T>[]): (T | undefined)[] {
  let current = token
  return uses.map(({ now }) => {
    if (!current || current.left <= 0 || current.expiresAt <= now) return undefined
    current = { ...current, left: current.left - 1 }
    return current
  })
}

/**
 * Takes one use of a token. All hosts of a client ask at one moment: those that come while a write is under way
 * share the next one, instead of two requests each. `change` is as `changeRow`: one at a time for each token, and
 * it may call `decide` several times.
 */
export function createTokenUses<T extends Countable>(
  change: (hash: string, decide: (token: T | undefined) => T | undefined) => Promise<unknown>,
): (hash: string, now: number) => Promise<T | undefined> {
  const waiting = new Map<string, Use<T>[]>()

  function takeWaiting(hash: string): readonly Use<T>[] {
    const uses = waiting.get(hash) ?? []
    waiting.delete(hash)
    return uses
  }

  async function takeAll(hash: string): Promise<void> {
    let uses: readonly Use<T>[] | undefined
    let granted: (T | undefined)[] = []
    try {
      await change(hash, (token) => {
        // Only now, when the token's turn has come: whoever came meanwhile is among them.
        uses ??= takeWaiting(hash)
        granted = grantUses(token, uses)
        return granted.findLast((after) => after !== undefined)
      })
      uses?.forEach((use, index) => use.granted(granted[index]))
    } catch (error) {
      for (const use of uses ?? takeWaiting(hash)) use.failed(error)
    }
  }

  return (hash, now) =>
    new Promise((granted, failed) => {
      const asking = waiting.get(hash)
      waiting.set(hash, [...(asking ?? []), { now, granted, failed }])
      if (!asking) void takeAll(hash)
    })
}
