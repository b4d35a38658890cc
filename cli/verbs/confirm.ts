import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'

/** What can't be taken back is asked for: on a terminal by a question, elsewhere by --yes. */
export async function confirmed(session: Session, yes: boolean, question: string): Promise<void> {
  const { io, t, mayAsk } = session
  if (yes) return
  if (!mayAsk) throw badInput(t.errors.yesNeeded, t.errors.yesNeededFix)
  const said = (await io.ask(`${question} ${t.yesOrNo} `)).trim().toLowerCase()
  if (!t.yes.includes(said)) throw badInput(t.errors.notConfirmed)
}

/** Before anything is asked of the server: a script must not hang on a question. */
export function mustBeAskable(session: Session, yes: boolean): void {
  if (!yes && !session.mayAsk) throw badInput(session.t.errors.yesNeeded, session.t.errors.yesNeededFix)
}
