import type { LedgerVerdict } from '../../../orchestrations/contracts/api.ts'
import { fleetLedger } from '../../../orchestrations/domain/ids.ts'
import { badInput, exitCodes, Failure } from '../../failure.ts'
import { openSession, type Session } from '../../session.ts'
import { startProgress } from '../../show/progress.ts'
import { table } from '../../show/table.ts'
import { pickLedger } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'

const atOnce = 6

interface Unjudged {
  readonly clientId: string
  readonly message: string
}

export const addLedgerVerify: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'ledgerVerify', 'verify')
    .argument('[client]', t.args.client)
    .option('--all', t.options.allLedgers)
  command.action(async (client?: string) => {
    const session = openSession(cli, command)
    const all = command.opts<{ all?: true }>().all === true
    if ((client !== undefined) === all) throw badInput(t.errors.clientOrAll)
    if (client !== undefined) {
      const verdict = await session.api.verifyLedger(await pickLedger(session, client))
      if (verdict.kind === 'broken') cli.exitCode = exitCodes.failure
      return session.show(verdict, () => verdictLines([verdict], session))
    }
    await verifyAll(session)
  })
}

/** The fleet's own ledger and every client of the inventory; one that couldn't be read makes the whole partial. */
async function verifyAll(session: Session): Promise<void> {
  const { api, t } = session
  const [me, clients] = await Promise.all([api.me(), api.clients()])
  const ledgers = clients.map(({ clientId }) => clientId)
  const { verdicts, unjudged } = await judge(
    session,
    me.clients === 'all' ? [fleetLedger, ...ledgers] : ledgers,
  )
  const broken = verdicts.filter((verdict) => verdict.kind === 'broken')
  if (broken.length > 0) session.exitCode = exitCodes.failure
  else if (unjudged.length > 0) session.exitCode = exitCodes.partial
  const summary = { intact: verdicts.length - broken.length, broken: broken.length }
  session.show({ ...summary, verdicts, unjudged }, () => [
    ...verdictLines(broken, session),
    ...unjudged.map(({ clientId, message }) => `? ${clientId}  ${message}`),
    t.ledgersJudged(summary.intact, broken.length, unjudged.length),
  ])
}

async function judge(session: Session, clients: readonly string[]) {
  const { api, io, t } = session
  const verdicts: LedgerVerdict[] = []
  const unjudged: Unjudged[] = []
  const progress = startProgress(io, t, t.verifying)
  const queue = clients.values()
  const work = async (): Promise<void> => {
    for (const clientId of queue) {
      try {
        verdicts.push(await api.verifyLedger(clientId))
      } catch (error) {
        // Denied or unknown to one client is so to all of them.
        if (!(error instanceof Failure) || error.exitCode === exitCodes.denied) throw error
        unjudged.push({ clientId, message: error.message })
      }
      progress.update(verdicts.length + unjudged.length, clients.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    progress.end()
  }
  verdicts.sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
  return { verdicts, unjudged }
}

function verdictLines(verdicts: readonly LedgerVerdict[], { t, paint }: Session): string[] {
  return table(
    verdicts.map(({ clientId, kind, rows, brokenAt, message }) =>
      kind === 'intact'
        ? [paint('green', '✓'), clientId, t.ledgerIntact(rows)]
        : [paint('red', '✗'), clientId, t.ledgerBroken(brokenAt, message)],
    ),
  )
}
