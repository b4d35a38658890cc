import { campaignBody } from './campaignBody.ts'
import { serverVerb } from './change.ts'

export const addServerRetry = serverVerb({
  verb: 'retry',
  name: 'serverRetry',
  options: (command, { t }) => command.option('--reason <text>', t.options.reason, ''),
  prepare: (session, command) => {
    const { reason } = command.opts<{ reason: string }>()
    const body = { reason, ...campaignBody(session, command) }
    return ({ serverId }) => session.api.retryServer(serverId, body)
  },
})
