import type { TodoItem } from '../../orchestrations/contracts/api.ts'

/** An open item without what people say of it. */
export type OpenItem = Omit<TodoItem, 'takenBy' | 'takenAt' | 'decideAt' | 'notes' | 'etag'> & {
  /** When what people speak of began, where that was before `since`: plan time. */
  readonly begunAt?: number
}
