import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { Report } from '../../orchestrations/contracts/report.ts'
import { Task } from '../../orchestrations/contracts/tasks.ts'
import { ClientId, CommandId, ServerId } from '../../orchestrations/domain/ids.ts'

/** What has to be known of an accepted command to carry it out in a later life. */
export const AcceptedFacts = z.object({
  commandId: CommandId,
  task: Task,
  subject: z.object({ clientId: ClientId, serverId: ServerId }),
  epoch: z.int(),
  fence: z.int(),
  /** Plan time, epoch ms. */
  notAfter: z.int(),
  /** Wire time by the server's clock, epoch ms. */
  issuedAt: z.int(),
  acceptedAt: z.int(),
})
export type AcceptedFacts = z.infer<typeof AcceptedFacts>

/** One line of the journal. The agent's state is nothing but these, applied in order. */
export const JournalRecord = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), facts: AcceptedFacts }),
  z.object({ type: z.literal('begun'), commandId: CommandId }),
  /** The machine said, after a crash, that the work was not begun. */
  z.object({ type: z.literal('neverBegun'), commandId: CommandId }),
  /** The report that ends a command, refusals included; kept until acknowledged, answered from afterwards. */
  z.object({ type: z.literal('ended'), report: Report }),
  z.object({ type: z.literal('acknowledged'), commandId: CommandId }),
  z.object({ type: z.literal('tombstone'), commandId: CommandId, at: z.int() }),
  z.object({ type: z.literal('epoch'), epoch: z.int() }),
  /** Which journal this is; `taken`: how many commands its agent had taken on before the records that follow. */
  z.object({ type: z.literal('journal'), id: z.string(), taken: z.int() }),
  z.object({ type: z.literal('fence'), clientId: ClientId, fence: z.int() }),
])
export type JournalRecord = z.infer<typeof JournalRecord>

const prefix = '{"sum":"'
const middle = '","record":'
const recordAt = prefix.length + 8 + middle.length

/** One NDJSON line: `{"sum":"<crc32, hex>","record":{…}}` and a line feed. */
export function encodeRecord(record: JournalRecord): string {
  const json = JSON.stringify(record)
  return `${prefix}${checksum(json)}${middle}${json}}\n`
}

/** The record of a line without its line feed; throws when the checksum or the shape is wrong. */
export function decodeRecord(line: string): JournalRecord {
  const json = line.slice(recordAt, -1)
  const expected = `${prefix}${checksum(json)}${middle}${json}}`
  if (line !== expected) throw new Error('the checksum does not match')
  return JournalRecord.parse(JSON.parse(json))
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}
