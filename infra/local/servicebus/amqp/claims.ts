import { covers, pathOf, verifySas, type Right, type Rule } from '../sas.ts'
import type { Timer, TimerWheel } from '../engine/timers.ts'

interface Claim {
  readonly path: readonly string[]
  readonly rights: ReadonlySet<Right>
  readonly expiresAt: number
  readonly timer: Timer
}

export type PutToken = { readonly status: 202 } | { readonly status: 401 | 404; readonly description: string }

export interface ClaimsContext {
  readonly rules: readonly Rule[]
  readonly wheel: TimerWheel
  readonly now: () => number
}

/** What one connection has proved about itself, audience by audience. */
export class Claims {
  private readonly claims = new Map<string, Claim>()
  private readonly context: ClaimsContext
  private readonly onExpired: () => void

  constructor(context: ClaimsContext, onExpired: () => void) {
    this.context = context
    this.onExpired = onExpired
  }

  /** Takes a token for an audience; a fresh one replaces (and so prolongs) the earlier. */
  put(audience: string, token: string): PutToken {
    const verdict = verifySas(token, this.context.rules, this.context.now())
    if (verdict.kind === 'refused') return { status: 401, description: verdict.reason }
    const path = pathOf(audience)
    const { grant } = verdict
    if (!covers(grant.path, path)) {
      return {
        status: 401,
        description: `The token is for '${grant.path.join('/')}', not for '${path.join('/')}'.`,
      }
    }
    const name = path.join('/')
    this.remove(name)
    const timer = this.context.wheel.add(grant.expiresAt, () => {
      this.claims.delete(name)
      this.onExpired()
    })
    this.claims.set(name, { path, rights: grant.rights, expiresAt: grant.expiresAt, timer })
    return { status: 202 }
  }

  /** Whether some claim that is still good gives this right on the entity. */
  allow(entity: readonly string[], right: Right | 'any'): boolean {
    const now = this.context.now()
    for (const claim of this.claims.values()) {
      const hasRight = right === 'any' || claim.rights.has(right)
      if (hasRight && claim.expiresAt > now && covers(claim.path, entity)) return true
    }
    return false
  }

  clear(): void {
    for (const name of this.claims.keys()) this.remove(name)
  }

  private remove(name: string): void {
    const claim = this.claims.get(name)
    if (claim !== undefined) this.context.wheel.remove(claim.timer)
    this.claims.delete(name)
  }
}
