import type { OrchestrationContext } from 'durable-functions'
import { parseTaskResult, type TaskResult } from '../contracts/tasks.ts'
import { CommandId, type ClientId, type ServerId } from '../domain/ids.ts'
import {
  endPreparation,
  openPreparation,
  openPreparedClient,
  recordPrepared,
  type PreparationRound,
  type Read,
  type Reading,
  type ToPrepare,
} from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { read } from './reading.ts'
import { settleAll } from './settle.ts'

export const prepareName = 'prepare'
export const prepareGroupName = 'prepareGroup'
export const prepareClientName = 'prepareClient'

export interface PrepareInput extends PreparationRound {
  readonly download: boolean
  readonly maxKilobitsPerSecond?: number
}
export interface PrepareGroupInput extends PrepareInput {
  readonly clients: readonly ClientId[]
}
export interface PrepareClientInput extends PrepareInput {
  readonly clientId: ClientId
}

const readTimeoutSeconds = 900
/** A throttled line may take the whole evening; what is fetched by then is kept. */
const downloadTimeoutSeconds = 8 * 3600

/**
 * Trigger: `campaign prepare`, before START. Promise: every server of the plan gets a verdict, and nothing is
 * changed but files of approved updates that lie on its disk. Outside the clients' locks; can be repeated.
 */
export function* prepare(context: OrchestrationContext): Story<void> {
  const input = context.df.getInput<PrepareInput>()
  const { groups } = yield* call(context, openPreparation, input)
  const children = groups.map((clients, index) => {
    const groupInput: PrepareGroupInput = { ...input, clients }
    return context.df.callSubOrchestrator(
      prepareGroupName,
      groupInput,
      `${context.df.instanceId}:group${index}`,
    )
  })
  yield* settleAll(context, children)
  yield* call(context, endPreparation, input)
}

/** At most 100 clients: a parent re-reads its history at each child's end. */
export function* prepareGroup(context: OrchestrationContext): Story<void> {
  const { clients, ...input } = context.df.getInput<PrepareGroupInput>()
  const children = clients.map((clientId) => {
    const clientInput: PrepareClientInput = { ...input, clientId }
    return context.df.callSubOrchestrator(prepareClientName, clientInput, `${instanceOf(input)}:${clientId}`)
  })
  yield* settleAll(context, children)
}

/** One server after the other, so that a client's line carries one download at a time. */
export function* prepareClient(context: OrchestrationContext): Story<void> {
  const input = context.df.getInput<PrepareClientInput>()
  const { servers, checkSeconds } = yield* call(context, openPreparedClient, input)
  const story: Preparing = { context, input, checkSeconds }
  for (const server of servers) yield* prepareServer(story, server)
}

interface Preparing {
  readonly context: OrchestrationContext
  readonly input: PrepareClientInput
  readonly checkSeconds: number
}

function* prepareServer(story: Preparing, server: ToPrepare): Story<void> {
  const { context, input } = story
  const { campaignId, clientId, round } = input
  const { serverId, backupServer, host } = server
  const found = yield* read(context, readingOf(story, serverId, serverId, inspectServer))
  const inspected = expect(found, 'inspect')
  const backup =
    backupServer === undefined || inspected.kind === 'none'
      ? undefined
      : expect(yield* read(context, readingOf(story, serverId, backupServer, inspectBackup(host))), 'inspect')
  const facts = { campaignId, clientId, round, serverId, inspected, ...(backup ? { backup } : {}) }
  const { updates } = yield* call(context, recordPrepared, facts)
  if (!input.download || updates.length === 0) return
  const fetched = yield* read(context, readingOf(story, serverId, serverId, downloadOf(input, updates)))
  yield* call(context, recordPrepared, { ...facts, download: expect(fetched, 'download') })
}

type Errand = Pick<Reading, 'step' | 'task' | 'timeoutSeconds'> & { readonly name: string }

const inspectServer: Errand = {
  name: 'inspect',
  step: 'inspect',
  task: { kind: 'inspect', params: { what: 'server' } },
  timeoutSeconds: readTimeoutSeconds,
}

const inspectBackup = (target: string): Errand => ({
  name: 'backup',
  step: 'backupGate',
  task: { kind: 'inspect', params: { what: 'backup', target } },
  timeoutSeconds: readTimeoutSeconds,
})

function downloadOf({ maxKilobitsPerSecond }: PrepareInput, updates: readonly string[]): Errand {
  const cap = maxKilobitsPerSecond === undefined ? {} : { maxKilobitsPerSecond }
  return {
    name: 'download',
    step: 'prepare',
    task: { kind: 'download', params: { updates: [...updates], ...cap } },
    timeoutSeconds: downloadTimeoutSeconds,
  }
}

function readingOf(
  { context, input, checkSeconds }: Preparing,
  serverId: ServerId,
  on: ServerId,
  errand: Errand,
): Reading {
  const { name, ...what } = errand
  const { campaignId, clientId, round } = input
  const commandId = CommandId.parse(`${campaignId}.prepare${round}.${serverId}.${name}.1`)
  const { instanceId } = context.df
  return { campaignId, clientId, serverId, on, commandId, checkSeconds, instanceId, ...what }
}

const instanceOf = ({ campaignId, round }: PreparationRound): string => `${campaignId}:prepare${round}`

/** An answer of another shape is none. */
function expect<K extends 'inspect' | 'download'>(answer: Read<TaskResult>, kind: K): Read<TaskResult<K>> {
  return answer.kind === 'none' ? answer : { kind: 'answer', result: parseTaskResult(kind, answer.result) }
}
