import { odata, type TableClient } from '@azure/data-tables'
import type { z } from 'zod'
import type { CampaignId, ClientId } from '../../../orchestrations/domain/ids.ts'
import { listRows } from './read.ts'
import { CommandRow, LedgerRow, rowKeys, RunRow } from './rows.ts'

/** What happened to a client: read in ranges, never cached, never decided upon. */
export interface History {
  /** Ledger rows after a sequence number, oldest first. */
  read(clientId: ClientId, after: number, limit: number): Promise<LedgerRow[]>
  /** A client's commands in a campaign, in the order in which they were issued. */
  commands(clientId: ClientId, campaignId: CampaignId): Promise<CommandRow[]>
  /** The places of a client's servers in all campaigns. */
  runs(clientId: ClientId): Promise<RunRow[]>
}

export function createHistory(table: TableClient): History {
  const range = <T extends z.ZodType>(
    clientId: ClientId,
    from: string,
    until: string,
    schema: T,
    limit: number,
  ) =>
    listRows(
      table,
      odata`PartitionKey eq ${clientId} and RowKey ge ${from} and RowKey lt ${until}`,
      schema,
      limit,
    )
  return {
    read: (clientId, after, limit) =>
      range(clientId, rowKeys.ledger(after + 1), 'ledger:~', LedgerRow, limit),
    runs: (clientId) => range(clientId, 'run:', 'run;', RunRow, Infinity),
    async commands(clientId, campaignId) {
      // "." ends the campaign's id in a command's id; "/" is the character after it.
      const found = await range(
        clientId,
        `command:${campaignId}.`,
        `command:${campaignId}/`,
        CommandRow,
        Infinity,
      )
      return found.sort((a, b) => a.issuedAt - b.issuedAt)
    },
  }
}
