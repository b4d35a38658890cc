import { Option } from 'commander'
import { ResolveBody } from '../../../orchestrations/contracts/api.ts'
import { campaignBody } from './campaignBody.ts'
import { serverVerb } from './change.ts'

const outcomes = ResolveBody.shape.outcome

export const addServerResolve = serverVerb({
  verb: 'resolve',
  name: 'serverResolve',
  options: (command, { t }) =>
    command
      .addOption(
        new Option('--outcome <outcome>', t.options.outcome).choices(outcomes.options).makeOptionMandatory(),
      )
      .requiredOption('--reason <text>', t.options.reasonNeeded),
  prepare: (session, command) => {
    const options = command.opts<{ outcome: string; reason: string }>()
    const body = {
      outcome: outcomes.parse(options.outcome),
      reason: options.reason,
      ...campaignBody(session, command),
    }
    return ({ serverId }) => session.api.resolveServer(serverId, body)
  },
})
