import type { Command } from 'commander'
import type { ServerAnswer } from '../../../orchestrations/contracts/api.ts'
import { stateLabel } from '../../../orchestrations/contracts/words/index.ts'
import { openSession, type Session } from '../../session.ts'
import { dayTime } from '../../show/times.ts'
import type { VerbName } from '../../texts/help.ts'
import type { Picked } from '../pickServer.ts'
import { addServerFilters, selectServers, type ServerOptions } from '../selectServers.ts'
import { changeEach } from '../several.ts'
import { showTouched, touchedByServers } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export interface ServerChange {
  readonly verb: string
  readonly name: VerbName
  readonly options: (command: Command, cli: Parameters<AddVerb>[1]) => void
  /** Reads the options once, before any server is looked for; what it returns changes one server. */
  readonly prepare: (
    session: Session,
    command: Command,
  ) => Promise<(server: Picked) => Promise<ServerAnswer>> | ((server: Picked) => Promise<ServerAnswer>)
}

/** A verb on servers that are named, or chosen by the filters of `server list`. */
export function serverVerb({ verb, name, options, prepare }: ServerChange): AddVerb {
  return (parent, cli) => {
    const command = newChange(parent, cli, name, verb).argument('[server...]', cli.t.args.servers)
    options(command, cli)
    addServerFilters(command, cli)
    command.action(async (names: string[]) => {
      const session = openSession(cli, command)
      const change = await prepare(session, command)
      const servers = await selectServers(session, names, command.opts<ServerOptions>())
      const ids = servers.map(({ serverId }) => serverId)
      if (isDryRun(command)) return showTouched(session, command, touchedByServers(servers), ids)
      const targets = servers.map((server) => ({ id: server.serverId, server }))
      await changeEach(
        session,
        targets,
        ({ server }) => change(server),
        (_, answer) => answerText(answer, session),
      )
    })
  }
}

/** What a server is after the change. */
function answerText({ state, excluded }: ServerAnswer, { t, language, zone }: Session): string {
  const parts = [
    state && stateLabel(state, language),
    excluded && t.excludedState(excluded.until && dayTime(excluded.until, language, zone)),
  ].filter((text) => text !== undefined)
  return parts.length === 0 ? t.accepted : parts.join(', ')
}
