import type { StopState } from '../../orchestrations/contracts/board.ts'
import type { Reader } from './reader.ts'
import { dayTime } from './times.ts'

/** The emergency stop in one line; empty while there is none. */
export function stopLine(stop: StopState, reader: Reader): string {
  if (stop.kind === 'clear') return ''
  const { t, language, zone, paint } = reader
  const raised = t.stopRaised(dayTime(stop.at, language, zone), stop.actor, stop.reason)
  return `${paint('red', `■ ${raised}`)} ${t.stopOpen(stop.open, stop.clientsToGo)}`
}
