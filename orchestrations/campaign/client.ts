import type { OrchestrationContext, Task } from 'durable-functions'
import type { CampaignId, ClientId, RingNumber, ServerId } from '../domain/ids.ts'
import { reason } from '../domain/reasons.ts'
import { endServer, takeTurn } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { serverName } from './server.ts'
import { waitName, type WaitInput } from './wait.ts'

export const clientName = 'client'

export interface ClientInput {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly ring: RingNumber
  readonly pass: number
}

interface UnderWay {
  readonly serverId: ServerId
  readonly story: Task
}

/**
 * Promise: never more of the client's servers at once than it allows, in its order, inside its windows, and
 * only while nobody has paused, held or stopped; every reason to wait is on the board.
 */
export function* client(context: OrchestrationContext): Story<void> {
  const { campaignId, clientId, ring, pass } = context.df.getInput<ClientInput>()
  const waitInput: WaitInput = { campaignId, subject: { kind: 'client', clientId, ring } }
  let underWay: UnderWay[] = []
  let waits = 0
  for (let number = 0; ; number++) {
    const turn = yield* call(context, takeTurn, { campaignId, clientId, ring, pass, turn: number })
    if (turn.kind === 'finish') return
    if (turn.kind === 'start') {
      const { serverId } = turn.server
      const story = context.df.callSubOrchestrator(
        serverName,
        turn.server,
        `${campaignId}:p${pass}:${serverId}`,
      )
      underWay.push({ serverId, story })
      if (turn.room) continue
    }
    if (underWay.length === 0) {
      yield context.df.callSubOrchestrator(waitName, waitInput, `${context.df.instanceId}:wait${waits++}`)
      continue
    }
    // One that ended during the last turn ends no `any` that begins later: waiting on it would be for ever.
    if (!underWay.some(isOver)) yield context.df.Task.any(underWay.map(({ story }) => story))
    yield* askForOperator(
      context,
      underWay.filter(({ story }) => story.isFaulted),
    )
    underWay = underWay.filter((server) => !isOver(server))
  }
}

const isOver = ({ story }: UnderWay): boolean => story.isCompleted || story.isFaulted

/** A server's story that broke has left its server somewhere: only a human can say where. */
function* askForOperator(context: OrchestrationContext, broken: readonly UnderWay[]): Story<void> {
  const { campaignId, clientId, ring } = context.df.getInput<ClientInput>()
  for (const { serverId, story } of broken) {
    const message = String(story.result instanceof Error ? story.result.message : story.result).slice(0, 500)
    const end = {
      outcome: 'needsOperator',
      reason: reason('internalError', { message }),
      updates: [],
      attempts: 1,
    } as const
    yield* call(context, endServer, { campaignId, clientId, ring, serverId, end })
  }
}
