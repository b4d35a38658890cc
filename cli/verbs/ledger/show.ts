import type { LedgerLine } from '../../../orchestrations/contracts/board.ts'
import { openSession, type Session } from '../../session.ts'
import { ledgerLine } from '../../show/ledger.ts'
import { table } from '../../show/table.ts'
import { wholeNumber } from '../numbers.ts'
import { pickLedger } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'

const pageSize = 1_000

export const addLedgerShow: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'ledgerShow', 'show')
    .argument('<client>', t.args.client)
    .option('--after <number>', t.options.after, '0')
    .option('--limit <number>', t.options.limit)
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const options = command.opts<{ after: string; limit?: string }>()
    const after = wholeNumber(options.after, 0, Number.MAX_SAFE_INTEGER, '--after', t)
    const limit =
      options.limit === undefined ? Infinity : wholeNumber(options.limit, 1, 1_000_000, '--limit', t)
    const lines = await readLines(session, await pickLedger(session, client), after, limit)
    session.show({ lines }, () =>
      lines.length === 0 ? [t.noLedger] : table(lines.map((line) => ledgerLine(line, session))),
    )
  })
}

async function readLines(
  { api }: Session,
  clientId: string,
  after: number,
  limit: number,
): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = []
  while (lines.length < limit) {
    const wanted = Math.min(pageSize, limit - lines.length)
    const page = await api.ledgerPage(clientId, lines.at(-1)?.sequence ?? after, wanted)
    lines.push(...page)
    if (page.length < wanted) break
  }
  return lines
}
