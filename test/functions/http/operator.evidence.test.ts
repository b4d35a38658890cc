import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRing } from '../../../functions/activities/rings.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { sha256 } from '../../../functions/adapters/tables/ledger.ts'
import { CampaignEvidence, Preparation, type PreparedServer } from '../../../orchestrations/contracts/api.ts'
import { scriptsDigest, type EvidenceFile } from '../../../orchestrations/contracts/scripts/evidence.ts'
import { taskKinds, type TaskKind } from '../../../orchestrations/contracts/tasks.ts'
import type { LedgerLine } from '../../../orchestrations/contracts/board.ts'
import { fleetLedger, RingNumber } from '../../../orchestrations/domain/ids.ts'
import { asHost, beat, enrolled, imported, inventory, planned, serverAt } from './agentRig.ts'
import { saturday, startRig, type Answer, type Rig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig({ ATLAS_EVIDENCE: 'required' })
  await imported(rig)
})
afterEach(() => rig.close())

const day = 24 * 3_600_000
const build = '10.0.20348'
const scriptsOf = (generation: string): Record<string, string> =>
  Object.fromEntries(
    ['powershell/Atlas.psm1', ...taskKinds.map((kind) => `tasks/${kind}/${kind}.ps1`)].map((path) => [
      path,
      sha256(`${path} ${generation}`),
    ]),
  )
const digestOf = (generation: string): string => scriptsDigest(scriptsOf(generation), sha256)

const numbered = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const verdictOf = (kind: TaskKind, verdict: 'confirmed' | 'broken' = 'confirmed') => ({
  id: `${kind}.shape`,
  kind,
  verdict,
  why: '',
  milliseconds: 5,
})

/** A lab run on Windows Server 2022 an hour ago that confirmed every kind. */
function evidence(changes: Partial<EvidenceFile> = {}): EvidenceFile {
  const ended = new Date(Date.now() - 3_600_000).toISOString()
  return {
    version: 1,
    id: numbered(1),
    host: 'LAB01',
    os: { name: 'Windows Server 2022', build: `${build}.2849`, language: 'en-US', installation: 'Server' },
    powerShell: '5.1.20348.2849',
    asSystem: true,
    modules: [],
    startedAt: ended,
    endedAt: ended,
    scripts: scriptsOf('a'),
    contracts: taskKinds.map((kind) => verdictOf(kind)),
    left: [],
    ...changes,
  }
}

const add = (file: unknown, who: 'anna' | 'olga' | 'sam' = 'anna') =>
  rig.byName('addEvidence', { who, body: file })
const waive = (changes: object = {}) =>
  rig.byName('addBuildWaiver', {
    who: 'anna',
    body: { build: `${build}.1`, kinds: 'all', reason: 'no lab host', until: saturday + day, ...changes },
  })

/** An approved campaign over everything, with hosts of which each says what it runs on. */
async function approved(...windows: readonly object[]) {
  for (const [index, said] of windows.entries()) {
    const host = await enrolled(rig, serverAt(index))
    await asHost(rig, host, 'heartbeat', beat(said))
  }
  const plan = await planned(rig)
  const body = { planHash: plan.planHash }
  await rig.byName('approveCampaign', { who: 'paul', params: plan.params, body })
  return {
    ...plan,
    start: () => rig.byName('startCampaign', { who: 'anna', params: plan.params, body }),
    shown: async () =>
      CampaignEvidence.parse(
        (await rig.byName('showCampaignEvidence', { who: 'olga', params: plan.params })).body,
      ),
  }
}
const running = (generation = 'a', on = build) => ({ windows: { build: on, scripts: digestOf(generation) } })

const fleetLines = async (): Promise<LedgerLine[]> =>
  (await rig.byName('showLedger', { who: 'olga', params: { clientId: fleetLedger } })).body[
    'lines'
  ] as LedgerLine[]
const detailOf = ({ body }: Answer): string => String(body['detail'])

test('START goes when a lab has confirmed what the agents run on their Windows', async () => {
  const { start, shown } = await approved(running(), running())
  expect((await add(evidence())).status).toBe(201)
  expect(await shown()).toMatchObject({ required: true, lacking: [], unknown: { servers: 0 }, waived: [] })
  expect((await start()).status).toBe(202)
})

test('START is refused without evidence, names what is lacking and how to mend it, and changes nothing', async () => {
  const { start, campaignId } = await approved(running())
  const before = (await fleetLines()).length
  const refused = await start()
  expect(refused).toMatchObject({ status: 409, body: { type: '/problems/evidence-lacking' } })
  expect(detailOf(refused)).toMatch(/Tried by no lab on Windows 10\.0\.20348: .*install.* \(servers: 1\)/)
  expect(refused.body['fix']).toMatch(/atlas evidence add FILE.*atlas evidence waive BUILD/)
  expect((await rig.services.campaigns.head(campaignId))?.state.kind).toBe('approved')
  expect(rig.started).toEqual([])
  expect(await fleetLines()).toHaveLength(before)
})

test('What counts are the scripts of each agent, not those of another', async () => {
  await add(evidence())
  const { shown } = await approved(running('a'), running('b'))
  const { lacking } = await shown()
  expect(lacking).toMatchObject([{ build, reason: { code: 'labOtherScripts' }, servers: 1 }])
  expect(lacking[0]?.examples).toEqual([serverAt(1).serverId])
  // One run with the newer scripts, on another Windows: kinds whose scripts are the same stay proven by the first.
  const newer = { ...scriptsOf('a'), 'tasks/install/install.ps1': sha256('newer') }
  const os = { ...evidence().os, build: '10.0.26100.1' }
  await add(evidence({ id: numbered(2), scripts: newer, os }))
  const host = await enrolled(rig, serverAt(2))
  const windows = { build, scripts: scriptsDigest(newer, sha256) }
  await asHost(rig, host, 'heartbeat', beat({ windows }))
  const own = (await shown()).lacking.filter(({ examples }) => examples.includes(serverAt(2).serverId))
  expect(own).toMatchObject([{ kinds: ['install'], reason: { code: 'labOtherScripts' } }])
})

test('A newer run that breaks something outweighs the one that confirmed it', async () => {
  const { start } = await approved(running())
  await add(evidence())
  const contracts = taskKinds.map((kind) => verdictOf(kind, kind === 'reboot' ? 'broken' : 'confirmed'))
  await add(evidence({ id: numbered(2), contracts, endedAt: new Date().toISOString() }))
  expect(detailOf(await start())).toMatch(
    /Found broken by a lab on Windows 10\.0\.20348: reboot \(reboot\.shape\)/,
  )
})

test('What did not run as SYSTEM, or too long ago, proves nothing', async () => {
  const { start } = await approved(running())
  await add(evidence({ asSystem: false }))
  expect(detailOf(await start())).toContain('not as SYSTEM')
  const old = new Date(Date.now() - 200 * day).toISOString()
  await add(evidence({ id: numbered(2), endedAt: old, startedAt: old }))
  expect(detailOf(await start())).toContain('too long ago')
})

test('A server whose Windows nobody knows holds START up, whatever labs say', async () => {
  await add(evidence())
  await waive()
  const { start, shown } = await approved(running(), {}, { windows: { build: 'Linux 6', scripts: 'x' } })
  expect((await shown()).unknown).toEqual({
    servers: 2,
    examples: [serverAt(1).serverId, serverAt(2).serverId].toSorted(),
  })
  const refused = await start()
  expect(refused.status).toBe(409)
  expect(detailOf(refused)).toMatch(/Of 2 servers nobody knows/)
  expect(refused.body['fix']).toMatch(/^Prepare the campaign/)
})

test('A server that is excluded holds nothing up as long as it is', async () => {
  await add(evidence())
  const { start, shown } = await approved({}, running())
  expect((await shown()).unknown.examples).toEqual([serverAt(0).serverId])
  const body = { reason: 'dead board', until: saturday + day }
  const exclude = (serverId: string) =>
    rig.byName('excludeServer', { who: 'anna', params: { serverId }, body })
  expect((await exclude(serverAt(0).serverId)).status).toBe(200)
  // Checkpoints of its guests would still be made on it: that is another matter than its own update.
  expect((await shown()).unknown.examples).toEqual([serverAt(0).serverId])
  const guests = inventory.servers.filter(({ runsOn }) => runsOn === serverAt(0).serverId)
  for (const { serverId } of guests) await exclude(serverId)
  expect(await shown()).toMatchObject({ lacking: [], unknown: { servers: 0 } })
  rig.time.plan = saturday + day
  expect((await shown()).unknown.servers).toBe(1)
  rig.time.plan = saturday
  expect((await start()).status).toBe(202)
})

test('What prepare has seen is known of an agent that does not say it', async () => {
  const { shown, campaignId } = await approved({})
  const { serverId, clientId, host } = serverAt(0)
  const row = {
    serverId,
    host,
    campaignId,
    round: 1,
    verdict: 'go',
    findings: [],
    build: `${build}.2849`,
  } as const
  await rig.services.clients.transact(clientId, {}, () => ({
    kind: 'write',
    rows: [{ rowKey: `prepared:${campaignId}:${serverId}`, value: row }],
    ledger: { actor: 'atlas', action: 'server.prepared', object: serverId },
    value: undefined,
  }))
  const seen = await shown()
  expect(seen.unknown.servers).toBe(0)
  expect(new Set(seen.lacking.map(({ reason }) => reason.code))).toEqual(new Set(['labNeverSeen']))
})

test('A waiver lets START go, for its release and kinds only, and is written down with it', async () => {
  const { start, campaignId } = await approved(running())
  expect((await waive({ kinds: ['install', 'reboot'] })).status).toBe(201)
  expect(detailOf(await start())).not.toMatch(/\binstall\b|\breboot\b/)
  expect((await waive({ build: '10.0.17763' })).status).toBe(201)
  expect((await start()).status).toBe(409)
  expect((await waive()).status).toBe(201)
  expect((await start()).status).toBe(202)
  const line = (await fleetLines()).find(({ action }) => action === 'campaign.started')
  expect(line).toMatchObject({ object: campaignId, actor: 'anna' })
  expect(line?.detail?.['evidenceWaived']).toMatch(/^10\.0\.20348: .*install.*reboot/)
})

test('A waiver ends at its time, and can be taken back', async () => {
  const { start } = await approved(running())
  await waive()
  rig.time.plan = saturday + day
  expect((await start()).status).toBe(409)
  expect((await rig.byName('listBuildWaivers', { who: 'olga' })).body).toEqual({ waivers: [] })
  rig.time.plan = saturday
  const params = { build }
  expect((await rig.byName('removeBuildWaiver', { who: 'anna', params })).status).toBe(204)
  expect((await rig.byName('removeBuildWaiver', { who: 'anna', params })).status).toBe(404)
  expect((await start()).status).toBe(409)
})

test('A waiver is for a while, and only of who may waive for the whole fleet', async () => {
  for (const until of [saturday, saturday + 32 * day]) expect((await waive({ until })).status).toBe(400)
  for (const who of ['olga', 'sam'] as const) {
    const body = { build, kinds: 'all', reason: 'x', until: saturday + day }
    expect((await rig.byName('addBuildWaiver', { who, body })).status).toBe(403)
    expect((await add(evidence(), who)).status).toBe(403)
  }
  expect((await rig.byName('listEvidence', { who: 'sam' })).status).toBe(403)
})

test('Evidence and waivers stand in the ledger of the fleet before they count', async () => {
  const before = (await fleetLines()).length
  await add(evidence())
  await add(evidence())
  await waive()
  await rig.byName('removeBuildWaiver', { who: 'anna', params: { build } })
  expect((await fleetLines()).slice(before)).toMatchObject([
    { actor: 'anna', action: 'evidence.added', object: numbered(1), detail: { host: 'LAB01', broken: 0 } },
    { actor: 'anna', action: 'buildWaiver.added', object: build, detail: { kinds: 'all' } },
    { actor: 'anna', action: 'buildWaiver.removed', object: build },
  ])
})

test('Evidence is taken as it came: edited under the same id, or malformed, it is refused', async () => {
  expect((await add(evidence({ contracts: [verdictOf('install', 'broken')] }))).status).toBe(201)
  expect((await add(evidence())).status).toBe(409)
  expect((await add({ ...evidence({ id: numbered(2) }), os: { build: '2022' } })).status).toBe(400)
  const { body } = await rig.byName('listEvidence', { who: 'olga' })
  expect(body).toMatchObject({
    required: true,
    evidence: [{ host: 'LAB01', build: `${build}.2849`, broken: ['install.shape'], addedBy: 'anna' }],
  })
})

test('The go / no-go list says it on Thursday, and follows what is added after it', async () => {
  const { params, campaignId } = await approved(running())
  const { serverId, clientId, host } = serverAt(0)
  const row = { serverId, host, campaignId, round: 1, verdict: 'go', findings: [] } as const
  await rig.services.clients.transact(clientId, {}, () => ({
    kind: 'write',
    rows: [{ rowKey: `prepared:${campaignId}:${serverId}`, value: row }],
    ledger: { actor: 'atlas', action: 'server.prepared', object: serverId },
    value: undefined,
  }))
  const prepared = async (): Promise<PreparedServer | undefined> =>
    Preparation.parse((await rig.byName('showPreparation', { who: 'sam', params })).body)
      .clients.flatMap(({ servers }) => servers)
      .find((one) => one.serverId === serverId)
  expect(await prepared()).toMatchObject({
    verdict: 'noGo',
    findings: [{ severity: 'blocks', reason: { code: 'labNeverSeen' } }],
  })
  await waive()
  expect(await prepared()).toMatchObject({
    verdict: 'go',
    findings: [{ severity: 'warns', reason: { code: 'labWaived' } }],
  })
  await add(evidence())
  expect(await prepared()).toMatchObject({ verdict: 'go', findings: [] })
})

test('What changes after START is looked at again at each turn: an agent with other scripts, a host that enrols', async () => {
  await add(evidence())
  const { start, campaignId } = await approved(running())
  expect((await start()).status).toBe(202)
  const [first, second] = [serverAt(0), serverAt(1)]
  await asHost(rig, await enrolled(rig, second), 'heartbeat', beat(running('b')))
  const ring = RingNumber.parse(2)
  const { clientId } = first
  await startRing(rig.services, { campaignId, ring })
  await takeTurn(rig.services, { campaignId, clientId, ring, pass: 0, turn: '0.1' })
  const runs = await rig.services.clients.read(clientId, { campaign: campaignId }, (partition) =>
    partition.runs(campaignId),
  )
  const stateOf = (id: string) => runs.find(({ serverId }) => serverId === id)?.state
  expect(stateOf(second.serverId)).toMatchObject({
    outcome: 'skipped',
    reason: { code: 'labOtherScripts', params: { build } },
  })
  expect(stateOf(first.serverId)).not.toMatchObject({ outcome: 'skipped' })
})

test('Switched off, nothing is asked, and the START says so', async () => {
  await rig.close()
  rig = await startRig({ ATLAS_EVIDENCE: 'off' })
  await imported(rig)
  const { start, shown } = await approved(running())
  expect(await shown()).toMatchObject({ required: false, lacking: [] })
  expect((await start()).status).toBe(202)
  const line = (await fleetLines()).find(({ action }) => action === 'campaign.started')
  expect(line?.detail).toMatchObject({ evidence: 'notRequired' })
})
