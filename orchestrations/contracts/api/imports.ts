import { z } from 'zod'
import { RingNumber } from '../../domain/ids.ts'

const Flag = z.enum(['true', 'false']).default('false')

/** An import goes by the id that its caller gives, or by one that its content and options make. */
export const ImportId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)

/** What an import assumed, left out or left alone. `count`: of rows, servers, columns or lines. */
export const importNoteCodes = [
  'zoneAssumed',
  'linesAbove',
  'columnsUnread',
  'notServers',
  'rowsMerged',
  'clientFromName',
  'clientGiven',
  'roleFromName',
  'hostUnknown',
  'probesGiven',
  'domainsTakenOff',
  'serversKept',
] as const
export const ImportNoteCode = z.enum(importNoteCodes)
export type ImportNoteCode = z.infer<typeof ImportNoteCode>

/** Becomes a sentence in the reader's language only where somebody reads it (contracts/words). */
export const ImportNote = z.object({
  code: ImportNoteCode,
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type ImportNote = z.infer<typeof ImportNote>

/** The query of `POST /api/inventory`. */
export const ImportQuery = z.object({
  /** The file's name, for messages and the ledger. */
  file: z.string().max(200).default('inventory.csv'),
  /** Only says what would change. */
  dryRun: Flag,
  /** Leaves out the rows that have errors; without it one error refuses the whole file. */
  skipInvalid: Flag,
  /**
   * Removes the servers that ATLAS has of the file's clients and the file has not. Never servers of clients that the
   * file doesn't name, that a campaign which isn't over plans, or that servers of other clients need; and none
   * at all when rows are left out for their errors: one of them may be of the server that seems to be missing.
   */
  remove: Flag,
  /** Ring of clients of which neither the file nor ATLAS says one. */
  ring: z.coerce.number().pipe(RingNumber).optional(),
  /** Name of the client of rows that name none. */
  client: z.string().min(1).max(200).optional(),
  /** The same id with the same file goes on where an import was cut off; when it is done, it answers as before. */
  importId: ImportId.optional(),
})
export type ImportQuery = z.infer<typeof ImportQuery>

/** `GET /api/inventory/imports/{importId}`. Times are wire time, epoch ms. */
export const ImportProgress = z.object({
  importId: ImportId,
  file: z.string(),
  actor: z.string(),
  /** cutOff: nothing has been heard of it for half a minute; send the file again to go on. */
  state: z.enum(['running', 'cutOff', 'done']),
  clients: z.int(),
  clientsDone: z.int(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})
export type ImportProgress = z.infer<typeof ImportProgress>
