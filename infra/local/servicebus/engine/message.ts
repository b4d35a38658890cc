import type { Timer } from './timers.ts'

/** A message's encoded sections, as the sender wrote them: the engine carries them and never looks inside. */
export interface Content {
  /** Message annotations without the broker's own (an encoded map section), if any. */
  readonly annotations: Buffer | undefined
  /** Properties, application properties, body and footer. */
  readonly bare: Buffer
  readonly priority?: number
}

/** What a sender hands in. Durations are milliseconds, instants epoch milliseconds. */
export interface Draft {
  readonly content: Content
  readonly messageId: string | undefined
  readonly timeToLive: number
  readonly scheduledFor: number | undefined
}

export type MessageState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'scheduled'; readonly at: number }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'locked'; readonly lockId: number; until: number; readonly deferred: boolean }

export interface StoredMessage {
  readonly seq: number
  content: Content
  readonly enqueuedAt: number
  readonly timeToLive: number
  readonly expiresAt: number
  /** Attempts that ended without success: the header's delivery-count. */
  deliveryCount: number
  /** The queue that a dead letter came from. */
  readonly deadLetterSource: string | undefined
  state: MessageState
  lockTimer: Timer | undefined
  expiryTimer: Timer | undefined
}

/** A held lock, as the receiver names it. */
export interface Lock {
  readonly seq: number
  readonly lockId: number
}

export interface DeadLetterReason {
  readonly reason: string | undefined
  readonly description: string | undefined
}

/** A receiver of one queue. */
export interface Consumer {
  readonly mode: 'peekLock' | 'receiveAndDelete'
  /** Whether it has asked for (and can carry) one more message. */
  hasCredit(): boolean
  deliver(message: StoredMessage, lock: Lock | undefined): void
}

export type LockRefusal = 'lockLost' | 'notFound'
