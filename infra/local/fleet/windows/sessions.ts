import type { z } from 'zod'
import type { DrainResult } from '../../../../orchestrations/contracts/scripts/server.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import type { Draws } from '../draws.ts'
import type { FleetServer } from '../fleetFile.ts'
import { answered, refused, type Ending, type Job } from './answers.ts'
import { without, type MachineState } from './state.ts'

type Drain = Extract<Task, { kind: 'drain' }>['params']

const isSessionHost = ({ roles }: FleetServer): boolean => roles.includes('rds')

/** People logged on to a remote desktop host, whatever the hour; nobody on any other machine. */
export const sessionsOn = (server: FleetServer, draws: Draws): number =>
  isSessionHost(server) ? Math.floor(5 * draws.uniform('sessions', 'machine', 0)) : 0

/** Somebody went home and left his session open. */
const staysOpen = (server: FleetServer, draws: Draws): boolean =>
  sessionsOn(server, draws) > 0 && draws.happens('sessionsStay', 'machine', 0)

/** Nobody is waited for longer than was asked; `once`: how long people take who go by themselves, plan ms. */
export function drainMs(server: FleetServer, draws: Draws, once: number, { waitMinutes }: Drain): number {
  const longest = waitMinutes * 60_000
  return staysOpen(server, draws) ? longest : Math.min(once, longest)
}

export function drain(state: MachineState, { server, draws }: Job, { forceLogoff }: Drain): Ending {
  if (!isSessionHost(server)) return { state, answer: noSessionHost }
  const remaining = staysOpen(server, draws) && !forceLogoff ? sessionsOn(server, draws) : 0
  return { state: { ...state, drained: true }, answer: connections('refused', remaining) }
}

export function undrain(state: MachineState, { server }: Job): Ending {
  if (!isSessionHost(server)) return { state, answer: noSessionHost }
  return { state: without(state, 'drained'), answer: connections('allowed', 0) }
}

const noSessionHost = refused('noSessionHost', 'This server is no remote desktop session host')

const connections = (newConnections: 'allowed' | 'refused', remaining: number) =>
  answered({ connectionBroker: null, newConnections, remaining } satisfies z.infer<typeof DrainResult>)
