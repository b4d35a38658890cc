import type { HttpRequest } from '@azure/functions'
import type { Services } from '../services.ts'
import type { Limit, Limits } from '../settings.ts'
import { Refusal } from './respond.ts'

interface Bucket {
  tokens: number
  at: number
}

export interface Taken {
  readonly allowed: boolean
  /** RateLimit header fields (draft-ietf-httpapi-ratelimit-headers), and Retry-After when refused. */
  readonly headers: Readonly<Record<string, string>>
}

const keysKept = 20_000

/** Token buckets of one kind, by key; of one process. Times are wire ms. */
export class Buckets {
  readonly #name: string
  readonly #limit: Limit
  readonly #buckets = new Map<string, Bucket>()

  constructor(name: string, limit: Limit) {
    this.#name = name
    this.#limit = limit
  }

  take(key: string, now: number): Taken {
    const { perSecond, burst } = this.#limit
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now }
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1_000) * perSecond)
    bucket.at = now
    const allowed = bucket.tokens >= 1
    if (allowed) bucket.tokens--
    this.#keep(key, bucket)
    const wait = Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond))
    const rest = { 'ratelimit-policy': this.#policy(), ratelimit: this.#state(bucket) }
    return { allowed, headers: allowed ? rest : { ...rest, 'retry-after': String(wait) } }
  }

  /** The bucket used longest ago goes first: it is full again, or its owner no longer asks. */
  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    for (const [oldest] of this.#buckets) {
      if (this.#buckets.size <= keysKept) break
      this.#buckets.delete(oldest)
    }
  }

  #policy(): string {
    const { perSecond, burst } = this.#limit
    return `"${this.#name}";q=${burst};w=${Math.max(1, Math.ceil(burst / perSecond))}`
  }

  #state({ tokens }: Bucket): string {
    const { perSecond, burst } = this.#limit
    return `"${this.#name}";r=${Math.floor(tokens)};t=${Math.ceil((burst - tokens) / perSecond)}`
  }
}

type Kind = keyof Limits
const bucketsOf = new WeakMap<Services, ReadonlyMap<Kind, Buckets>>()

function bucketsFor(services: Services): ReadonlyMap<Kind, Buckets> {
  const known = bucketsOf.get(services)
  if (known) return known
  const limits = Object.entries(services.settings.ATLAS_LIMITS) as [Kind, Limit][]
  const made = new Map(limits.map(([kind, limit]) => [kind, new Buckets(kind, limit)]))
  bucketsOf.set(services, made)
  return made
}

/** Takes one of the caller's; refuses with 429 when there is none. Answers the headers that say how many are left. */
export function spend(services: Services, kind: Kind, key: string): Readonly<Record<string, string>> {
  const taken = bucketsFor(services).get(kind)?.take(key, services.clocks.wire())
  if (!taken) return {}
  if (taken.allowed) return taken.headers
  const { headers } = taken
  throw new Refusal('tooManyRequests', { limit: kind, seconds: headers['retry-after'] ?? '1' }, { headers })
}

/** Where a request comes from: the address that the platform's own front end added last. */
export function addressOf(request: HttpRequest): string {
  const [last] = (request.headers.get('x-forwarded-for') ?? '').split(',').slice(-1)
  return (last ?? '').trim().replace(/:\d+$/, '') || 'local'
}
