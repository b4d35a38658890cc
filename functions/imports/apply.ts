import { maxRowsPerTransaction, type ClientStore, type Decision } from '../adapters/tables/clientStore.ts'
import type { ImportRow } from '../adapters/tables/fleetStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'
import { differencesOf, type WantedClient } from './differences.ts'
import { clientsAtOnce, type Wanted } from './survey.ts'

/** How often an import says how far it is, wire ms. */
const savesEveryMs = 1_000

/**
 * Applies an import from where its row says that it stands: client by client, each in transactions of its own. After
 * a crash the same call goes on; what is applied already is found to be so and left alone.
 */
export async function applyImport(services: Services, row: ImportRow, wanted: Wanted): Promise<ImportRow> {
  const progress = new Progress(row.clientsDone, wanted.clients.length)
  let saved = services.clocks.wire()
  const save = async (more: Partial<ImportRow> = {}): Promise<ImportRow> => {
    saved = services.clocks.wire()
    const next = { ...row, touchedAt: saved, clientsDone: progress.firstOpen, ...more }
    await services.fleet.putImport(next)
    return next
  }
  const rest = [...wanted.clients.entries()].slice(row.clientsDone)
  await eachOf(rest, clientsAtOnce, async ([index, client]) => {
    await applyClient(services, row, client)
    progress.done(index)
    if (services.clocks.wire() - saved >= savesEveryMs) await save()
  })
  return save({ endedAt: services.clocks.wire() })
}

/** Clients end out of order; where to go on is before the first that hasn't. */
class Progress {
  firstOpen: number
  readonly #done: boolean[]

  constructor(from: number, count: number) {
    this.firstOpen = from
    this.#done = Array.from({ length: count }, (_, index) => index < from)
  }

  done(index: number): void {
    this.#done[index] = true
    while (this.#done[this.firstOpen] === true) this.firstOpen += 1
  }
}

async function applyClient(services: Services, row: ImportRow, wanted: WantedClient): Promise<void> {
  const { clientId } = wanted.client
  const before = await services.clients.read(clientId, {}, (partition) => differencesOf(partition, wanted))
  // Before the rows: a crash in between leaves nothing that is in ATLAS and can't be found by its name.
  await services.fleet.putHosts(before.added)
  await writeAll(services.clients, row, wanted)
  for (const { host, serverId } of before.removed) await services.fleet.removeHost(host, serverId)
  const { name, ring } = await services.clients.read(
    clientId,
    {},
    (partition) => partition.config() ?? wanted.client,
  )
  await services.fleet.putClient({ clientId, name, ring })
}

/** As many transactions as the client's rows need, each from the truth: an agent may have enrolled meanwhile. */
async function writeAll(clients: ClientStore, row: ImportRow, wanted: WantedClient): Promise<void> {
  for (;;) {
    const left = await clients.transact(wanted.client.clientId, {}, (partition) =>
      nextPiece(partition, row, wanted),
    )
    if (left === 0) return
  }
}

function nextPiece(partition: Partition, row: ImportRow, wanted: WantedClient): Decision<number> {
  const { writes } = differencesOf(partition, wanted)
  const rows = writes.slice(0, maxRowsPerTransaction)
  if (rows.length === 0) return { kind: 'nothing', value: 0 }
  const detail = { rows: rows.length }
  return {
    kind: 'write',
    rows,
    ledger: { actor: row.actor, action: 'inventory.imported', object: row.importId, detail },
    value: writes.length - rows.length,
  }
}
