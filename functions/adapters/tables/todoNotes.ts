import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { createKeyedRows, type KeyedRows } from './keyedRows.ts'

/** What people say of an open item; wire and plan time as in the contract's TodoItem. */
export const TodoNotes = z.object({
  /** Of the item when it was written: an item that is open again later begins without notes. */
  since: z.number(),
  version: z.int(),
  takenBy: z.string().optional(),
  takenAt: z.number().optional(),
  decideAt: z.number().optional(),
  notes: z.array(z.object({ at: z.number(), by: z.string(), text: z.string() })),
})
export type TodoNotes = z.infer<typeof TodoNotes>

export const createTodoNotes = (fleet: TableClient): KeyedRows<TodoNotes> =>
  createKeyedRows(fleet, 'todo', TodoNotes)
