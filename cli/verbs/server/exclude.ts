import { excludeBody, excludeOptions } from '../exclude.ts'
import { serverVerb } from './change.ts'

export const addServerExclude = serverVerb({
  verb: 'exclude',
  name: 'serverExclude',
  options: excludeOptions,
  prepare: async (session, command) => {
    const body = await excludeBody(session, command)
    return ({ serverId }) => session.api.excludeServer(serverId, body)
  },
})
