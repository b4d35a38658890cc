import type { Command } from 'commander'
import { cellLetters } from '../../orchestrations/contracts/board.ts'
import { badInput } from '../failure.ts'
import type { Cli, Session } from '../session.ts'
import { wholeNumber } from './numbers.ts'
import { pickClient } from './pickClient.ts'
import { type Picked, pickServer } from './pickServer.ts'

export interface ServerOptions {
  readonly client?: string
  readonly ring?: string
  readonly state?: string
  readonly failed?: true
  readonly campaign?: string
}

/** Ended, and otherwise than well. */
const failedStates = ['failed', 'rolledBack', 'needsOperator'] as const
const states: readonly string[] = Object.keys(cellLetters)

/** The filters of `server list`, and of what is done to several servers. */
export function addServerFilters(command: Command, { t }: Cli): Command {
  return command
    .option('--client <client>', t.options.ofClient)
    .option('--ring <number>', t.options.ring)
    .option('--state <state>', t.options.state)
    .option('--failed', t.options.failed)
    .option('--campaign <id>', t.options.campaign)
}

/** Servers by their names, or all that the filters let through. Neither is bad input: nothing never means all. */
export async function selectServers(
  session: Session,
  names: readonly string[],
  options: ServerOptions,
): Promise<readonly Picked[]> {
  const { t } = session
  const { ring, state, failed, campaign } = options
  const filtered = [options.client, ring, state, failed].some((one) => one !== undefined)
  if (names.length === 0 && !filtered)
    throw badInput(t.errors.noServersSelected, t.errors.noServersSelectedFix)
  if (names.length === 0) return serversBy(session, options)
  if ([ring, state, failed].some((one) => one !== undefined)) throw badInput(t.errors.namesAndFilters)
  const client = options.client === undefined ? undefined : await pickClient(session, options.client)
  const picked: Picked[] = []
  for (const name of names) picked.push(await pickServer(session, name, { client, campaign }))
  return [...new Map(picked.map((server) => [server.serverId, server])).values()]
}

/** All servers that the filters let through, by client and host. */
export async function serversBy(session: Session, options: ServerOptions, q?: string, most?: number) {
  const { api, t } = session
  if (options.failed && options.state !== undefined) throw badInput(t.errors.stateAndFailed)
  const ring = options.ring === undefined ? undefined : wholeNumber(options.ring, 0, 3, '--ring', t)
  const wanted = options.failed ? failedStates : [stateOf(options.state, t)]
  const client = options.client === undefined ? undefined : await pickClient(session, options.client)
  const filter = { client, ring, campaign: options.campaign, q }
  const lists = await Promise.all(wanted.map((state) => api.servers({ ...filter, state }, most)))
  return lists.flat().slice(0, most)
}

function stateOf(state: string | undefined, t: Session['t']): string | undefined {
  if (state === undefined || states.includes(state)) return state
  throw badInput(t.errors.noState(state), t.errors.noStateFix(states.join(', ')))
}
