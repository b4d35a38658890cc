import type { Io } from '../io.ts'
import type { Texts } from '../texts/index.ts'
import { duration } from './times.ts'

const barWidth = 24
const drawEveryMs = 100

export interface Progress {
  /** `total` 0 = not known: then only the time that has passed is shown. `note` stands for the own estimate. */
  update(done: number, total: number, note?: string): void
  /** Clears the line. */
  end(): void
}

/** A bar with an estimate on standard error, when that is a terminal. Otherwise a line at each quarter. */
export function startProgress(io: Io, t: Texts, label: string): Progress {
  const startedAt = io.now()
  let drawnAt = -Infinity
  let quarter = 0
  const draw = (done: number, total: number, note?: string): void => {
    const now = io.now()
    if (now - drawnAt < drawEveryMs && done < total) return
    drawnAt = now
    io.err(
      `\r\u001B[K${label} ${total > 0 ? bar(done, total, now - startedAt, note) : duration(now - startedAt)}`,
    )
  }
  const bar = (done: number, total: number, spentMs: number, note?: string): string => {
    const share = Math.min(1, done / total)
    const filled = Math.round(share * barWidth)
    const left = note ?? (done > 0 ? t.progressLeft(duration((spentMs / done) * (total - done))) : '')
    return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${Math.floor(share * 100)} %  ${done}/${total}  ${left}`
  }
  return {
    update(done, total, note) {
      if (io.terminal.err) return draw(done, total, note)
      const reached = total > 0 ? Math.floor((4 * done) / total) : 0
      if (reached > quarter) io.err(`${label} ${done}/${total}\n`)
      quarter = Math.max(quarter, reached)
    },
    end() {
      if (io.terminal.err) io.err('\r\u001B[K')
    },
  }
}
