import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import {
  PlanAnswer,
  Preparation,
  ServerList,
  TodoList,
  WaiverList,
} from '../../orchestrations/contracts/api.ts'
import { CampaignHead, StopState } from '../../orchestrations/contracts/board.ts'
import { openRehearsal, type Rehearsal } from '../support/rehearsal.ts'
import { atlas } from '../cli/terminal.ts'

/** Every other machine has no restore point: what a provider finds on a Thursday. */
const scenario = {
  name: 'evening',
  durations: {
    kind: 'shared',
    totalSeconds: 1200,
    weights: { inspect: 20, checkpoint: 120, install: 600, reboot: 200, verify: 60, removeCheckpoint: 60 },
  },
  chances: { backupMissing: 0.4 },
  updates: [{ id: 'u-2026-11', kb: 'KB5068787', title: 'Cumulative update' }],
}

let folder: string
let rehearsal: Rehearsal
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-evening-'))
  writeFileSync(join(folder, 'evening.json'), JSON.stringify(scenario))
  rehearsal = await openRehearsal({ scenario: join(folder, 'evening.json'), servers: 5, speed: 300 })
  await rehearsal.started(rehearsal.start(['--no-build', '--by-hand']))
}, 60_000)
afterAll(async () => {
  await rehearsal.remove()
  rmSync(folder, { recursive: true })
})

/** One command, as somebody types it; anything but the exit code that is expected fails the evening. */
async function type(line: readonly string[], expected = 0): Promise<string> {
  const { code, out, err } = await atlas([...line, '--data', rehearsal.data, '--lang', 'en'], {
    patient: true,
  })
  expect(code, `atlas ${line.join(' ')}\n${err}${out}`).toBe(expected)
  return out
}
const ask = async <T extends z.ZodType>(schema: T, line: readonly string[], expected = 0) =>
  schema.parse(JSON.parse(await type([...line, '--json'], expected)))

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    await delay(250)
  }
}

/** The list is a few seconds old at most: an item is waited for. */
const open = (kind: string) =>
  until(async () => (await ask(TodoList, ['todo', 'list', '--kind', kind])).items[0])

it('an operator gets through an evening by the command line alone', async () => {
  // Thursday: prepare says who is not ready.
  const { campaign } = await ask(PlanAnswer, [
    'plan',
    '--all',
    '--name',
    'Evening',
    '--set',
    'onFailure=continue',
  ])
  const { campaignId: id, planHash } = campaign
  const preparation = await ask(Preparation, ['campaign', 'prepare', id, '--wait'])
  expect(preparation.state.kind).toBe('ended')
  const ready = preparation.clients.flatMap(({ servers }) => servers)
  const lacking = ready.filter(({ verdict }) => verdict === 'noGo').map(({ serverId }) => serverId)
  const [first = '', second = ''] = lacking
  expect(lacking.length).toBeGreaterThan(1)
  expect(await type(['campaign', 'preparation', id])).toContain('no restore point was found')

  // Friday: waived, approved by somebody else, started.
  await type(['waiver', 'add', first, '--until', '+2d', '--reason', 'rebuilt from code'])
  expect((await ask(WaiverList, ['waiver', 'list'])).waivers.map(({ serverId }) => serverId)).toEqual([first])
  await type(['campaign', 'approve', id, '--hash', planHash, '--as', 'approver'])
  await type(['campaign', 'start', id, '--hash', planHash])

  // A client phones: pause, then on again; one server is left for another time.
  const clientId = preparation.clients[0]?.clientId ?? ''
  expect(await type(['client', 'pause', clientId, '--until', '+12h', '--caller', 'Mme Roux'])).toContain(
    'is paused',
  )
  expect(await type(['client', 'show', clientId])).toContain('paused by')
  await type(['client', 'resume', clientId])
  const later = ready.findLast(({ verdict }) => verdict === 'go')?.serverId ?? ''
  await type(['server', 'exclude', later, '--reason', 'month end', '--until', '+30d'])

  // A server fails: its cause, a note for who comes next, the waiver, and its place back.
  const failed = await until(async () => {
    const { servers } = await ask(ServerList, ['server', 'list', '--state', 'skipped', '--campaign', id])
    return servers.find(({ serverId }) => serverId === second)
  })
  expect(await type(['server', 'show', failed.serverId])).toContain('no restore point was found')
  expect(await type(['server', 'retry', failed.serverId, '--dry-run'])).toContain('1 client, 1 server')
  await type(['waiver', 'add', failed.serverId, '--until', '+2d', '--reason', 'image of noon exists'])
  await type(['server', 'retry', failed.serverId, '--reason', 'waived', '--campaign', id])

  // Something looks wrong: everything stops, is looked at, and goes on.
  await type(['stop', '--reason', 'wrong update?', '--wait'])
  const stopped = await open('stopRaised')
  await type(['todo', 'take', stopped.id])
  await type(['todo', 'note', stopped.id, 'the vendor says no', '--decide', '+1h'])
  expect(await type(['todo', 'list', '--mine'])).toContain('the vendor says no')
  expect((await ask(StopState, ['release', '--reason', 'false alarm'])).kind).toBe('clear')

  // Too few servers prove the ring: somebody decides. Then what was waived or tried again is done, and nothing is stuck.
  const ring = await open('ringWaits')
  // While a server is tried again nobody is asked, and a promotion is refused: the item may be one of just before that.
  const promotion = [
    'ring',
    'promote',
    String(ring.ring),
    '--reason',
    'the others lack backups',
    '--campaign',
    id,
  ]
  await until(async () => ((await type(['status', id])).includes('held at its gate') ? true : undefined))
  await until(async () => {
    const { code, err } = await atlas([...promotion, '--data', rehearsal.data, '--lang', 'en'])
    if (code !== 0 && !err.includes('nothing of it waits to be promoted')) throw new Error(err)
    return code === 0 ? true : undefined
  })
  const Ending = z.object({ campaign: CampaignHead })
  await until(async () => {
    const { campaign: now } = await ask(Ending, ['status', id])
    return ['ended', 'carryingOver'].includes(now.state.kind) ? now : undefined
  })
  const { servers } = await ask(ServerList, ['server', 'list', '--campaign', id])
  const outcomes = new Map(
    servers.map(({ serverId, state }) => [
      serverId as string,
      state?.kind === 'ended' ? state.outcome : state?.kind,
    ]),
  )
  expect([first, second].map((serverId) => outcomes.get(serverId))).toEqual(['succeeded', 'succeeded'])
  expect(outcomes.get(later)).toBe('excluded')

  // Monday: the report for the customer, in French.
  const report = join(folder, 'rapport.html')
  await type(['campaign', 'report', id, '--client', clientId, '--lang', 'fr', '-o', report])
  expect(readFileSync(report, 'utf8')).toContain('KB5068787')
  expect(await type(['ledger', 'verify', '--all'])).toContain('0 broken')
}, 280_000)
