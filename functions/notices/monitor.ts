import type { Services } from '../services.ts'

/** Wire ms. */
const freshMs = 45_000
const patienceMs = 10_000

/**
 * Tells an outside monitor that ATLAS is well: only while the store answers and the last look went well. When the
 * whole host is down nobody here can say so; the monitor raises the alarm because this stops.
 */
export async function pingMonitor(services: Services, complain: (text: string) => void): Promise<void> {
  const url = services.settings.ATLAS_HEARTBEAT_URL
  if (url === undefined) return
  const watch = await services.notices.watch()
  if (!watch || services.clocks.wire() - watch.at > freshMs) {
    complain('the monitor is not pinged: the last look for notices was too long ago')
    return
  }
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })
    await response.body?.cancel()
    if (!response.ok) complain(`the monitor answered ${response.status}`)
  } catch (error) {
    // Without the address: it is often a secret of its own.
    complain(`the monitor could not be reached: ${error instanceof Error ? error.name : 'unknown'}`)
  }
}
