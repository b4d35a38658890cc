import { serverVerb } from './change.ts'

export const addServerForget = serverVerb({
  verb: 'forget',
  name: 'serverForget',
  options: (command, { t }) => command.requiredOption('--reason <text>', t.options.reasonNeeded),
  prepare: (session, command) => {
    const { reason } = command.opts<{ reason: string }>()
    return ({ serverId }) => session.api.forgetAgent(serverId, reason)
  },
})
