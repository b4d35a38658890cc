import type { StopState } from '../../orchestrations/contracts/board.ts'
import type { FleetControl } from '../adapters/tables/fleetStore.ts'

/** The emergency stop as everybody sees it; `open` and `clientsToGo` as last counted. */
export function stopStateOf(control: FleetControl, open: number, clientsToGo: number): StopState {
  if (!control.raised) return { kind: 'clear', epoch: control.epoch }
  return { kind: 'raised', epoch: control.epoch, ...control.raised, open, clientsToGo }
}
