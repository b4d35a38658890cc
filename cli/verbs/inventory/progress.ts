import type { Session } from '../../session.ts'
import { startProgress } from '../../show/progress.ts'

const lookEveryMs = 2_000

/** The server imports in one request; how far it is shows in the size of its inventory, when that grows. */
export async function withProgress<T>(
  session: Session,
  bytes: Uint8Array,
  work: () => Promise<T>,
): Promise<T> {
  const { io, api, t } = session
  if (!io.terminal.err) return work()
  const lines = Math.max(0, bytes.reduce((count, byte) => count + Number(byte === 10), 0) - 1)
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
