import type { StoredMessage } from './message.ts'

/** Where changes go: they are durable when `afterCommit` calls back. */
export interface Journal {
  insert(queueId: number, message: StoredMessage): void
  update(queueId: number, message: StoredMessage): void
  remove(queueId: number, seq: number): void
  afterCommit(callback: () => void): void
}
