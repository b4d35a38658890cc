import type { OrchestrationContext } from 'durable-functions'
import type { CampaignId, ClientId, RingNumber } from '../domain/ids.ts'
import { reason } from '../domain/reasons.ts'
import { endServer, openClient, takeTurn, type ServerInput } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { serverName } from './server.ts'
import { settleAll } from './settle.ts'
import { waitName, type WaitInput } from './wait.ts'

export const clientName = 'client'
export const laneName = 'lane'

export interface ClientInput {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly ring: RingNumber
  readonly pass: number
  /** Of a story that was started beside the ring's own, to take up servers that got their place back. */
  readonly story?: string
}

export interface LaneInput extends ClientInput {
  readonly lane: number
}

/**
 * Promise: never more of the client's servers at once than it allows, in its order, inside its windows, and
 * only while nobody has paused, held or stopped; every reason to wait is on the board.
 */
export function* client(context: OrchestrationContext): Story<void> {
  const input = context.df.getInput<ClientInput>()
  const { lanes } = yield* call(context, openClient, input)
  if (lanes === 1) return yield* serversInTurn(context, { ...input, lane: 0 })
  const children = Array.from({ length: lanes }, (_, lane) => {
    const laneInput: LaneInput = { ...input, lane }
    return context.df.callSubOrchestrator(laneName, laneInput, `${context.df.instanceId}:lane${lane}`)
  })
  yield* settleAll(context, children)
}

/** One of several servers that a client allows at once. */
export function* lane(context: OrchestrationContext): Story<void> {
  yield* serversInTurn(context, context.df.getInput<LaneInput>())
}

/** One server after the other, whichever the turn decides, until nothing is left for this lane. */
function* serversInTurn(context: OrchestrationContext, input: LaneInput): Story<void> {
  const { campaignId, clientId, ring } = input
  const lane = input.story === undefined ? String(input.lane) : `${input.story}-${input.lane}`
  const waitInput: WaitInput = { campaignId, subject: { kind: 'client', clientId, ring, lane } }
  for (let count = 1; ; count++) {
    const turn = yield* call(context, takeTurn, { ...input, turn: `${lane}.${count}` })
    switch (turn.kind) {
      case 'finish':
        return
      case 'start':
        yield* supervise(context, input, turn.server)
        break
      case 'hold':
        yield context.df.callSubOrchestrator(waitName, waitInput, `${context.df.instanceId}:wait${count}`)
    }
  }
}

/** A server's story that broke has left its server somewhere: only a human can say where. */
function* supervise(context: OrchestrationContext, input: LaneInput, server: ServerInput): Story<void> {
  const { campaignId, clientId, ring } = input
  const { serverId, round, instanceId } = server
  try {
    yield context.df.callSubOrchestrator(serverName, server, instanceId)
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).slice(0, 500)
    const why = reason('internalError', { message })
    const end = { outcome: 'needsOperator', reason: why, updates: [], attempts: 1 } as const
    yield* call(context, endServer, { campaignId, clientId, ring, serverId, round, end })
  }
}
