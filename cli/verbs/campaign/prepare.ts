import type { Preparation } from '../../../orchestrations/contracts/api.ts'
import { exitCodes } from '../../failure.ts'
import { openSession, type Session } from '../../session.ts'
import { preparationLines } from '../../show/preparation.ts'
import { startProgress } from '../../show/progress.ts'
import { patiently } from '../patiently.ts'
import { wholeNumber } from '../numbers.ts'
import { pickCampaign } from '../pick.ts'
import { showTouched, touchedByCampaign } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

const lookEveryMs = 2_000

interface PrepareOptions {
  readonly download: boolean
  readonly maxKilobits?: string
  readonly wait?: true
  readonly strict?: true
}

export const addCampaignPrepare: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'campaignPrepare', 'prepare')
    .argument('[id]', t.args.campaign)
    .option('--no-download', t.options.noDownload)
    .option('--max-kilobits <number>', t.options.maxKilobits)
    .option('--wait', t.options.waitPrepared)
    .option('--strict', t.options.strict)
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const { download, maxKilobits, wait, strict } = command.opts<PrepareOptions>()
    const cap =
      maxKilobits === undefined ? undefined : wholeNumber(maxKilobits, 64, 10_000_000, '--max-kilobits', t)
    const campaign = await pickCampaign(session, id, ['planned', 'approved'])
    if (isDryRun(command))
      return showTouched(session, command, await touchedByCampaign(session, campaign), [campaign])
    const body = { download, ...(cap !== undefined && { maxKilobitsPerSecond: cap }) }
    const begun = await session.api.prepare(campaign, body)
    const preparation = wait || strict ? await untilEnded(session, campaign, begun) : begun
    if (strict) judge(session, preparation)
    session.show(preparation, () => preparationLines(preparation, session))
  })
}

/** With --strict, a script goes on only when every server is go. */
export function judge(session: Session, { state, counts }: Preparation): void {
  const allGo = state.kind === 'ended' && counts.waiting + counts.noGo + counts.unknown === 0
  if (!allGo) session.exitCode = exitCodes.partial
}

async function untilEnded(session: Session, id: string, begun: Preparation): Promise<Preparation> {
  const { api, io, t } = session
  const progress = startProgress(io, t, t.preparing)
  let seen = begun
  try {
    while (seen.state.kind === 'running' && !io.interrupted.aborted) {
      const { waiting, go, noGo, unknown } = seen.counts
      progress.update(go + noGo + unknown, waiting + go + noGo + unknown)
      await io.wait(lookEveryMs)
      if (!io.interrupted.aborted) seen = await patiently(session, seen, () => api.preparation(id))
    }
  } finally {
    progress.end()
  }
  if (seen.state.kind === 'running') session.exitCode = exitCodes.partial
  return seen
}
