import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { startRing } from '../../../functions/activities/rings.ts'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import {
  CampaignId,
  clientOf,
  CommandId,
  RingNumber,
  type ServerId,
} from '../../../orchestrations/domain/ids.ts'
import type { Server } from '../../../orchestrations/domain/fleet.ts'
import type { CommandSpec } from '../../../orchestrations/steps/catalogue.ts'
import type { Rig } from './rig.ts'

/** Three clients, twenty-five servers, all in ring 2. */
export const inventory = generatedInventory(25, { oneRing: true })
export const csv = writeInventoryCsv(inventory)

export function serverAt(index: number): Server {
  const server = inventory.servers[index]
  if (!server) throw new RangeError(`The test inventory has no server ${index}`)
  return server
}

export interface Host {
  readonly server: Server
  readonly privateKey: KeyObject
  readonly publicKey: { kty: 'EC'; crv: 'P-256'; x: string; y: string }
}

export function newHost(server: Server): Host {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { server, privateKey, publicKey: { kty: 'EC', crv: 'P-256', x, y } }
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An assertion over a body as agents make it; `changes` falsifies it. */
export function assertionOf(
  host: Host,
  body: string,
  changes: { header?: object; payload?: object; key?: KeyObject; signature?: string } = {},
): string {
  const header = { alg: 'ES256', kid: host.server.serverId, ...changes.header }
  const payload = {
    iss: host.server.serverId,
    aud: 'atlas',
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    body: createHash('sha256').update(body).digest('base64url'),
    ...changes.payload,
  }
  const input = `${encode(header)}.${encode(payload)}`
  const key = { key: changes.key ?? host.privateKey, dsaEncoding: 'ieee-p1363' } as const
  const signature = changes.signature ?? sign('sha256', Buffer.from(input), key).toString('base64url')
  return `Bearer ${input}.${signature}`
}

export async function tokenFor(rig: Rig, clientId: string, hosts = 20): Promise<string> {
  const answer = await rig.byName('issueEnrolmentTokens', {
    who: 'anna',
    body: { clients: [clientId], hosts },
  })
  const [issued] = answer.body['tokens'] as { token: string }[]
  if (!issued) throw new Error(JSON.stringify(answer))
  return issued.token
}

export const enrolBody = (host: Host, token: string) => ({
  token,
  host: host.server.host,
  publicKey: host.publicKey,
  agentVersion: '1.0.0',
})

export async function enrolled(rig: Rig, server: Server): Promise<Host> {
  const host = newHost(server)
  const answer = await rig.askAgent('enrol', enrolBody(host, await tokenFor(rig, server.clientId)))
  if (answer.status !== 201) throw new Error(JSON.stringify(answer))
  return host
}

export const beat = (changes: object = {}): string =>
  JSON.stringify({
    agentVersion: '1.0.0',
    bootedAt: 1,
    open: [],
    epoch: 0,
    connected: true,
    now: Date.now(),
    ...changes,
  })

/** Sends a body as its host does: signed. */
export const asHost = (rig: Rig, host: Host, route: 'heartbeat' | 'report', body: string) =>
  rig.askAgent(route, body, assertionOf(host, body))

export async function imported(rig: Rig): Promise<void> {
  const answer = await rig.byName('importInventory', { who: 'anna', body: csv })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer))
}

const planRequest = {
  name: 'November',
  selection: { kind: 'everything' },
}

/** A campaign over everything, planned by anna. */
export async function planned(rig: Rig, settings: object = {}, updates: readonly string[] = ['kb1']) {
  const body = { ...planRequest, updates: { ids: updates, categories: [] }, settings }
  const answer = await rig.byName('planCampaign', { who: 'anna', body })
  const { campaignId, planHash } = answer.body['campaign'] as { campaignId: string; planHash: string }
  return { campaignId: CampaignId.parse(campaignId), planHash, params: { campaignId } }
}

export async function running(rig: Rig, settings: object = {}) {
  const plan = await planned(rig, settings)
  const body = { planHash: plan.planHash }
  await rig.byName('approveCampaign', { who: 'paul', params: plan.params, body })
  const answer = await rig.byName('startCampaign', { who: 'anna', params: plan.params, body })
  if (answer.status !== 202) throw new Error(JSON.stringify(answer))
  return plan
}

/** A host of a running campaign with an inspection issued to it. */
export async function commanded(rig: Rig, index: number, settings: object = {}) {
  const server = serverAt(index)
  const { campaignId } = await running(rig, settings)
  const host = await enrolled(rig, server)
  await asHost(rig, host, 'heartbeat', beat())
  const ring = RingNumber.parse(2)
  const { clientId } = server
  await startRing(rig.services, { campaignId, ring })
  const turn = await takeTurn(rig.services, { campaignId, clientId, ring, pass: 0, turn: '0.1' })
  if (turn.kind !== 'start') throw new Error(`The turn is ${turn.kind}`)
  const specAt = (attempt: number) => specOf(campaignId, server.serverId, turn.server.fence, attempt)
  const issue = async (attempt: number): Promise<CommandId> => {
    const spec = specAt(attempt)
    const issued = await issueCommand(rig.services, spec)
    if (issued.kind !== 'open') throw new Error(JSON.stringify(issued))
    return spec.commandId
  }
  return { server, host, campaignId, clientId, commandId: await issue(1), issue, specOf: specAt }
}

function specOf(campaignId: CampaignId, serverId: ServerId, fence: number, attempt: number): CommandSpec {
  const instanceId = `${campaignId}:p0:${serverId}`
  return {
    campaignId,
    clientId: clientOf(serverId),
    serverId,
    on: serverId,
    step: 'inspect',
    attempt,
    commandId: CommandId.parse(`${instanceId.replaceAll(':', '.')}.inspect.${attempt}`),
    task: { kind: 'inspect', params: { what: 'server' } },
    fence,
    timeoutSeconds: 900,
    checkSeconds: 120,
    instanceId,
  }
}
