import { randomUUID } from 'node:crypto'
import type { StopState } from '../../orchestrations/contracts/board.ts'
import { exitCodes, Failure, isUnanswered } from '../failure.ts'
import { openSession, type Session } from '../session.ts'
import { stopLine } from '../show/stop.ts'
import { showTouched, touchedByClients } from './touched.ts'
import { isDryRun, newChange, type AddVerb } from './verb.ts'

const tries = 4
const retryMs = 500
const lookEveryMs = 1_000

/** EMERGENCY STOP: no question, no other call before it. */
export const addStop: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'stop', 'stop')
    .option('--reason <text>', t.options.reason, '')
    .option('--wait', t.options.wait)
  command.action(async () => {
    const session = openSession(cli, command)
    const { reason, wait } = command.opts<{ reason: string; wait?: true }>()
    if (isDryRun(command)) return showTouched(session, command, await touchedByClients(session, 'all'), [])
    const raised = await raise(session, reason)
    const state = wait ? await untilNoneOpen(session, raised) : raised
    session.show(state, () => [stopLine(state, session) || t.stopReleasedMeanwhile])
  })
}

/** Stopping twice is stopping once: when no answer came, it is sent again. */
async function raise({ api, io, t }: Session, reason: string): Promise<StopState> {
  const key = randomUUID()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.stop(reason, key)
    } catch (error) {
      if (!isUnanswered(error)) throw error
      if (attempt === tries || io.interrupted.aborted)
        throw new Failure(exitCodes.failure, t.errors.stopNotConfirmed(error.message), {
          fix: t.errors.stopNotConfirmedFix,
          unanswered: true,
        })
      io.err(`${t.stopAgain(error.message)}\n`)
      await io.wait(retryMs)
    }
  }
}

async function untilNoneOpen(session: Session, raised: StopState): Promise<StopState> {
  const { api, io, t } = session
  let state = raised
  let said: number | undefined
  while (state.kind === 'raised' && (state.open > 0 || state.clientsToGo > 0) && !io.interrupted.aborted) {
    if (said !== state.open) io.err(`${t.stopOpen(state.open, state.clientsToGo)}\n`)
    said = state.open
    await io.wait(lookEveryMs)
    try {
      state = await api.stopState()
    } catch (error) {
      if (!isUnanswered(error)) throw error
      if (!io.interrupted.aborted) io.err(`${error.message}\n`)
    }
  }
  return state
}
