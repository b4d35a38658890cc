import type { Board } from '../../orchestrations/contracts/board.ts'
import { remaining } from '../../orchestrations/contracts/remaining.ts'
import { failures, totals } from '../../orchestrations/contracts/totals.ts'
import { isUnanswered } from '../failure.ts'
import type { Session } from '../session.ts'
import { boardLines } from '../show/board.ts'
import { boardFacts, changed } from '../show/changes.ts'
import { startProgress } from '../show/progress.ts'
import { fit } from '../show/table.ts'
import { dayTime, duration, hours } from '../show/times.ts'

const lookEveryMs = 2_000
const over = new Set<Board['campaign']['state']['kind']>(['ended', 'cancelled'])

interface View {
  show(board: Board): void
  /** No answer: what is shown is that old. */
  stale(ageMs: number, why: string): void
  end(last: Board | undefined): void
}

/** Follows a campaign until it has ended or Ctrl+C. A server that doesn't answer is asked again. */
export function watch(session: Session, campaignId: string): Promise<void> {
  const view = session.json ? records(session) : session.io.terminal.out ? screen(session) : lines(session)
  return look(session, campaignId, view)
}

/** The same with a bar and an estimate on standard error, and the board on standard output at the end. */
export function follow(session: Session, campaignId: string): Promise<void> {
  const inner = session.json ? records(session) : lines(session)
  return look(session, campaignId, session.io.terminal.err ? barOf(session, inner) : inner)
}

async function look(session: Session, campaignId: string, view: View): Promise<void> {
  const { api, io } = session
  let last: Board | undefined
  let seenAt = io.now()
  try {
    while (!io.interrupted.aborted) {
      try {
        last = await api.board(campaignId)
        seenAt = io.now()
        view.show(last)
        if (over.has(last.campaign.state.kind)) return
      } catch (error) {
        if (!isUnanswered(error)) throw error
        if (!io.interrupted.aborted) view.stale(io.now() - seenAt, error.message)
      }
      await io.wait(lookEveryMs)
    }
  } finally {
    view.end(last)
  }
}

/** In place, on the terminal's other screen; the last board stays behind. */
function screen(session: Session): View {
  const { io, t, paint } = session
  let shown: readonly string[] = []
  const draw = (note: string): void => {
    const { columns, rows } = io.terminal.size()
    const all = note === '' ? shown : [paint('inverse', note), ...shown]
    const room = Math.max(1, rows - 1)
    const kept = all.length > room ? [...all.slice(0, room - 1), t.more(all.length - room + 1)] : all
    io.out(`\u001B[H${kept.map((line) => `${fit(line, columns)}\u001B[K`).join('\n')}\u001B[J`)
  }
  io.out('\u001B[?1049h\u001B[?25l')
  return {
    show(board) {
      shown = boardLines(board, session)
      draw('')
    },
    stale: (ageMs, why) => draw(t.stale(duration(ageMs), why)),
    end(last) {
      io.out('\u001B[?25h\u001B[?1049l')
      if (last) io.out(`${boardLines(last, session).join('\n')}\n`)
    },
  }
}

/** One line per change, for logs and pipes. */
function lines(session: Session): View {
  const { io, language, zone, t } = session
  let before: ReadonlyMap<string, string> = new Map()
  let isStale = false
  return {
    show(board) {
      isStale = false
      const after = boardFacts(board, session)
      for (const line of changed(before, after))
        io.out(`${dayTime(board.clocks.plan, language, zone)}  ${line}\n`)
      before = after
    },
    stale(ageMs, why) {
      if (!isStale) io.err(`${t.stale(duration(ageMs), why)}\n`)
      isStale = true
    },
    end: () => undefined,
  }
}

/** A bar of servers that have ended; the estimate is the board's own, in plan time. */
function barOf(session: Session, inner: View): View {
  const { io, t, json } = session
  const progress = startProgress(io, t, t.updating)
  return {
    show(board) {
      if (json) inner.show(board)
      const sum = totals(board.clients)
      const left = remaining(board.clients, board.rings, board.clocks.plan)
      const range = left ? `${hours(left.p20Ms)}–${hours(left.p80Ms)}` : t.notKnownYet
      const trouble = failures(sum) + sum.unknown
      const note = [t.progressLeft(range), trouble > 0 ? t.inTrouble(trouble) : '']
        .filter(Boolean)
        .join(' · ')
      progress.update(sum.done, sum.servers, note)
    },
    stale: (ageMs, why) => inner.stale(ageMs, why),
    end(last) {
      progress.end()
      if (last && !json) io.out(`${boardLines(last, session).join('\n')}\n`)
    },
  }
}

/** One JSON document a line: the totals and heads, each time that they differ. */
function records({ io, t }: Session): View {
  let before = ''
  return {
    show({ campaign, stop, rings, clients, clocks }) {
      const record = JSON.stringify({ campaign, stop, rings, totals: totals(clients) })
      if (record !== before) io.out(`${JSON.stringify({ plan: clocks.plan, ...JSON.parse(record) })}\n`)
      before = record
    },
    stale: (ageMs, why) => io.err(`${t.stale(duration(ageMs), why)}\n`),
    end: () => undefined,
  }
}
