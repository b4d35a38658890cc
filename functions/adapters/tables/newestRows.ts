import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import { ClientRow } from '../../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId } from '../../../orchestrations/domain/ids.ts'
import { decode, encode } from './codec.ts'
import { ConflictTooOften, patience, statusOf } from './connect.ts'
import { backOff } from './turns.ts'

interface Stored {
  readonly etag: string
  readonly revision: number
}

const rowsPerTransaction = 100
const maxAttempts = 20
const campaignsKept = 16

export const clientRowKey = (id: ClientId): string => `client:${id}`

/**
 * Writes clients' summary rows so that the newest revision stays, whoever else writes them: each row goes under
 * the ETag that this process saw last. Alone it costs one transaction; only after a lost race the rows are read.
 */
export function createNewestRows(table: TableClient, random: () => number) {
  const known = new Map<CampaignId, Map<ClientId, Stored>>()

  async function readAll(campaignId: CampaignId): Promise<Map<ClientId, Stored>> {
    const filter = odata`PartitionKey eq ${campaignId} and RowKey ge ${'client:'} and RowKey lt ${'client:~'}`
    const found = new Map<ClientId, Stored>()
    for await (const entity of table.listEntities({ queryOptions: { filter }, ...patience() })) {
      const { clientId, revision } = decode(ClientRow, entity)
      found.set(clientId, { etag: entity.etag, revision })
    }
    known.delete(campaignId)
    known.set(campaignId, found)
    for (const oldest of known.keys()) {
      if (known.size <= campaignsKept) break
      known.delete(oldest)
    }
    return found
  }

  async function write(campaignId: CampaignId, rows: readonly ClientRow[]): Promise<void> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (attempt > 0) await backOff(attempt, random)
      const stored = known.get(campaignId) ?? (await readAll(campaignId))
      const newest = rows.filter((row) => row.revision >= (stored.get(row.clientId)?.revision ?? 0))
      if (newest.length === 0) return
      try {
        const actions = newest.map((row) => actionOf(campaignId, row, stored.get(row.clientId)))
        const answer = await table.submitTransaction(actions, patience())
        // In their order: the SDK leaves the keys of an answer URL-encoded, so it finds none with a colon.
        for (const [index, { clientId, revision }] of newest.entries()) {
          const etag = answer.subResponses[index]?.etag
          if (etag === undefined) stored.delete(clientId)
          else stored.set(clientId, { etag, revision })
        }
        return
      } catch (error) {
        // Also when the answer was lost: what is stored is seen at the next attempt, here or by the next caller.
        known.delete(campaignId)
        if (statusOf(error) !== 412 && statusOf(error) !== 409 && statusOf(error) !== 404) throw error
      }
    }
    throw new ConflictTooOften(
      `Campaign ${campaignId}: client rows changed ${maxAttempts} times while they were being written`,
    )
  }

  /** Writes rows of different clients, as many in one transaction as it takes. */
  return async (campaignId: CampaignId, rows: readonly ClientRow[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += rowsPerTransaction)
      await write(campaignId, rows.slice(from, from + rowsPerTransaction))
  }
}

function actionOf(campaignId: CampaignId, row: ClientRow, stored: Stored | undefined): TransactionAction {
  const entity = encode(campaignId, clientRowKey(row.clientId), row)
  return stored ? ['update', entity, 'Replace', { etag: stored.etag }] : ['create', entity]
}
