import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  BuildWaiver,
  BuildWaiverBody,
  BuildWaiverList,
  CampaignEvidence,
  EvidenceLine,
  EvidenceList,
} from '../../orchestrations/contracts/api.ts'
import { EvidenceFile } from '../../orchestrations/contracts/scripts/evidence.ts'
import { planNow } from '../e2e/scene.ts'
import { startServer, type TestServer } from './server.ts'
import { atlas, type TerminalOptions } from './terminal.ts'
import { answered, taken, type Answer, type Received } from './wire.ts'

let server: TestServer
let folder: string
beforeEach(async () => {
  server = await startServer()
  server.world.answer = route
  folder = await mkdtemp(join(tmpdir(), 'atlas-evidence-'))
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const id = '00000000-0000-4000-8000-000000000001'
const hour = 3_600_000
const file: EvidenceFile = {
  version: 1,
  id,
  host: 'LAB01',
  os: { name: 'Windows Server 2022', build: '10.0.20348.2849', language: 'en-US', installation: 'Server' },
  powerShell: '5.1',
  asSystem: true,
  modules: [],
  startedAt: '2026-11-20T10:00:00Z',
  endedAt: '2026-11-20T11:00:00Z',
  scripts: {},
  contracts: [{ id: 'install.shape', kind: 'install', verdict: 'confirmed', why: '', milliseconds: 3 }],
  left: [],
}
const line: EvidenceLine = {
  id,
  host: 'LAB01',
  build: '10.0.20348.2849',
  os: 'Windows Server 2022',
  endedAt: planNow - hour,
  asSystem: false,
  confirmed: 40,
  notExercised: 3,
  broken: ['reboot.boots'],
  left: ['checkpoint lab'],
  addedBy: 'M. Durand',
  addedAt: planNow,
}
const waiver: BuildWaiver = {
  build: '10.0.14393',
  kinds: 'all',
  by: 'M. Durand',
  reason: 'no lab host left',
  until: planNow + hour,
  at: planNow,
}
const lacking: CampaignEvidence = {
  campaignId: 'camp-2026-11' as CampaignEvidence['campaignId'],
  required: true,
  lacking: [
    {
      build: '10.0.20348',
      kinds: ['reboot'],
      reason: {
        code: 'labBroken',
        params: { build: '10.0.20348', kinds: 'reboot', contracts: 'reboot.boots' },
      },
      servers: 3,
      examples: ['client-1.dc01' as never],
    },
  ],
  unknown: { servers: 1, examples: ['client-1.sql01' as never] },
  waived: [{ build: '10.0.14393', kinds: ['install'] }],
}

function route(request: Received): Answer | undefined {
  const { method, path } = request
  if (path.endsWith('/evidence') && path.startsWith('/api/campaigns'))
    return answered(CampaignEvidence, lacking)
  if (path === '/api/evidence' && method === 'GET')
    return answered(EvidenceList, { required: true, evidence: [line] })
  if (path === '/api/evidence') {
    taken(EvidenceFile, request)
    return answered(EvidenceLine, line, 201)
  }
  if (path === '/api/build-waivers' && method === 'GET')
    return answered(BuildWaiverList, { waivers: [waiver] })
  if (path === '/api/build-waivers')
    return answered(BuildWaiver, { ...waiver, ...taken(BuildWaiverBody, request) }, 201)
  return path.startsWith('/api/build-waivers/') ? { status: 204, body: '' } : undefined
}

const call = (words: readonly string[], options: TerminalOptions = {}) =>
  atlas([...words, '--server', server.address, '--token', 'operator', '--zone', 'Europe/Paris'], {
    folder,
    ...options,
  })
const changes = (): string[] => server.calls().filter((one) => !one.startsWith('GET'))

it('sends evidence as the lab wrote it, also behind the mark that PowerShell puts before it', async () => {
  await writeFile(join(folder, 'evidence.json'), `\uFEFF${JSON.stringify(file)}`)
  const { code, out } = await call(['evidence', 'add', 'evidence.json'])
  expect(code).toBe(0)
  expect(JSON.parse(server.received.at(-1)?.body ?? '')).toEqual(file)
  expect(out).toContain('10.0.20348.2849, LAB01: 40 confirmed, 1 broken, 3 not tried; broken: reboot.boots')
  expect(out).toMatch(/not run as SYSTEM.*to be cleaned up by hand: checkpoint lab/)
})

it('sends nothing that is no evidence, and says what is wrong with it', async () => {
  await writeFile(join(folder, 'text.json'), 'no JSON')
  await writeFile(join(folder, 'other.json'), JSON.stringify({ ...file, os: { ...file.os, build: '2022' } }))
  for (const [name, why] of [
    ['text.json', 'is no evidence of the lab kit'],
    ['other.json', 'os.build'],
    ['absent.json', 'absent.json'],
  ] as const) {
    const { code, err } = await call(['evidence', 'add', name])
    expect(code).toBe(2)
    expect(err).toContain(why)
  }
  expect(changes()).toEqual([])
})

it('changes nothing by a dry run', async () => {
  await writeFile(join(folder, 'evidence.json'), JSON.stringify(file))
  const waive = ['evidence', 'waive', '10.0.14393', '--kinds', 'all', '--until', '+1d', '--reason', 'r']
  for (const words of [['evidence', 'add', 'evidence.json'], waive, ['evidence', 'unwaive', '10.0.14393']]) {
    const { code, out } = await call([...words, '--dry-run'])
    expect(code).toBe(0)
    expect(out).toContain('Nothing was changed.')
  }
  expect(changes()).toEqual([])
})

it('lists labs and waivers, for people and as JSON', async () => {
  const { out } = await call(['evidence', 'list'])
  expect(out).toContain('START asks for the evidence of a lab')
  expect(out).toMatch(/10\.0\.20348\.2849\s+LAB01/)
  expect(out).toMatch(/10\.0\.14393\s+all\s+.*M\. Durand\s+no lab host left/)
  const { out: json } = await call(['evidence', 'list', '--json'])
  expect(JSON.parse(json)).toEqual({ required: true, evidence: [line], waivers: [waiver] })
})

it('says what START would be refused for, how to mend it, and ends a script that asks strictly', async () => {
  const { code, out } = await call(['evidence', 'lacking', 'camp-2026-11'])
  expect(code).toBe(0)
  expect(out).toContain(
    'Found broken by a lab on Windows 10.0.20348: reboot (reboot.boots) · 3 servers: client-1.dc01',
  )
  expect(out).toContain('Nobody knows the Windows of 1 server: client-1.sql01')
  expect(out).toMatch(/atlas evidence add FILE.*\n.*Prepare the campaign/)
  expect(out).toContain('Waived on Windows 10.0.14393: install')
  const strict = await call(['evidence', 'lacking', 'camp-2026-11', '--strict', '--lang', 'fr'])
  expect(strict.code).toBe(3)
  expect(strict.out).toContain('Trouvé en défaut en laboratoire sur Windows 10.0.20348 : reboot')
})

it('waives tasks of a build until a time, and takes it back', async () => {
  const words = ['evidence', 'waive', '10.0.14393.7259', '--kinds', 'install, reboot']
  const { code, out } = await call([...words, '--until', '+2d', '--reason', 'no lab host left'])
  expect(code).toBe(0)
  const body = taken(BuildWaiverBody, server.received.at(-1) as Received)
  expect(body).toMatchObject({ build: '10.0.14393.7259', kinds: ['install', 'reboot'] })
  expect(body.until - planNow).toBeGreaterThan(47 * hour)
  expect(out).toContain('install, reboot')
  expect((await call(['evidence', 'unwaive', '10.0.14393'])).out).toContain('waiver removed')
  expect(changes()).toEqual(['POST /api/build-waivers', 'DELETE /api/build-waivers/10.0.14393'])
})

it('waives no build and no task that it does not know', async () => {
  const rest = ['--until', '+2d', '--reason', 'r']
  const build = await call(['evidence', 'waive', '2016', '--kinds', 'all', ...rest])
  expect([build.code, build.err]).toEqual([2, expect.stringContaining('no build of Windows')])
  const kind = await call(['evidence', 'waive', '10.0.14393', '--kinds', 'install,update', ...rest])
  expect([kind.code, kind.err]).toEqual([2, expect.stringContaining('"update" is no task')])
  expect(changes()).toEqual([])
})
