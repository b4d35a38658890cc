import type { Windows } from '../../../../agent/windows.ts'
import type { FleetServer } from '../fleetFile.ts'
import type { Machines } from './machines.ts'

/** The simulated machine of one server, as its agent sees Windows. */
export function connectWindows(machines: Machines, { serverId }: FleetServer): Windows {
  return {
    run: (work) => machines.begin(serverId, work),
    find: (work) => Promise.resolve(machines.find(serverId, work.commandId)),
    bootedAt: () => machines.state(serverId).bootedAt,
  }
}
