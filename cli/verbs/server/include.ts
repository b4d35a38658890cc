import { serverVerb } from './change.ts'

export const addServerInclude = serverVerb({
  verb: 'include',
  name: 'serverInclude',
  options: (command, { t }) => command.option('--reason <text>', t.options.reason, ''),
  prepare: (session, command) => {
    const { reason } = command.opts<{ reason: string }>()
    return ({ serverId }) => session.api.includeServer(serverId, reason)
  },
})
