import { basename } from 'node:path'
import type { InventoryAnswer } from '../../../orchestrations/contracts/api.ts'
import { openSession, type Session } from '../../session.ts'
import { startProgress } from '../../show/progress.ts'
import { readNamedFile } from '../files.ts'
import { newVerb, type AddVerb } from '../verb.ts'

const lookEveryMs = 2_000

export const addInventoryImport: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'inventoryImport', 'import')
    .argument('<file>', t.args.inventoryFile)
    .option('--dry-run', t.options.dryRun)
  command.action(async (name: string) => {
    const session = openSession(cli, command)
    const dryRun = command.opts<{ dryRun?: true }>().dryRun === true
    const csv = await readNamedFile(session, name)
    const answer = await withProgress(session, csv, () =>
      session.api.importInventory(csv, basename(name), dryRun),
    )
    session.show(answer, () => importLines(answer, session))
  })
}

function importLines(answer: InventoryAnswer, { t, paint }: Session): string[] {
  const { applied, clients, servers, added, changed, unchanged, notes } = answer
  return [
    paint('bold', applied ? t.imported(servers, clients) : t.wouldImport(servers, clients)),
    t.importCounts(added, changed, unchanged),
    ...notes.map((note) => `  · ${note}`),
  ]
}

/** The server imports in one request; how far it is shows in the size of its inventory, when that grows. */
async function withProgress<T>(session: Session, csv: Uint8Array, work: () => Promise<T>): Promise<T> {
  const { io, api, t } = session
  if (!io.terminal.err) return work()
  const lines = Math.max(0, csv.reduce((count, byte) => count + Number(byte === 10), 0) - 1)
  const progress = startProgress(io, t, t.importing)
  const done = new AbortController()
  const look = async (): Promise<void> => {
    let before: number | undefined
    while (!done.signal.aborted) {
      const now = (await api.inventory().catch(() => undefined))?.servers
      if (done.signal.aborted) return
      before ??= now
      const grown = now !== undefined && before !== undefined ? now - before : 0
      const total = grown > 0 && before !== undefined ? Math.max(0, lines - before) : 0
      progress.update(grown, total)
      await Promise.race([io.wait(lookEveryMs), aborted(done.signal)])
    }
  }
  const looking = look()
  try {
    return await work()
  } finally {
    done.abort()
    await looking
    progress.end()
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
