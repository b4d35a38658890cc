import { serverVerb } from './change.ts'

export const addServerTrust = serverVerb({
  verb: 'trust',
  name: 'serverTrust',
  options: (command, { t }) => command.requiredOption('--reason <text>', t.options.reasonNeeded),
  prepare: (session, command) => {
    const { reason } = command.opts<{ reason: string }>()
    return ({ serverId }) => session.api.trustServer(serverId, reason)
  },
})
