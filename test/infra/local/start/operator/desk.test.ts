import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectApi } from '../../../../../infra/local/start/api.ts'
import { Desk } from '../../../../../infra/local/start/operator/desk.ts'
import { OperatorScript, type OperatorScriptGiven } from '../../../../../infra/local/start/operator/script.ts'
import { Board } from '../../../../../orchestrations/contracts/board.ts'

const start = Date.parse('2026-11-28T00:00:00+01:00')
const minute = 60_000
let now = start
let folder: string
let calls: { path: string; body: unknown }[]
/** Answers by path; everything else is granted. */
let refusals: Map<string, number>
let base: string
let close: () => void

beforeEach(async () => {
  now = start
  calls = []
  refusals = new Map()
  folder = mkdtempSync(join(tmpdir(), 'atlas-desk-'))
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = (request.url ?? '').replace('/api/', '')
      calls.push({ path, body: JSON.parse(Buffer.concat(chunks).toString()) })
      const status = refusals.get(path) ?? 200
      response.statusCode = status
      response.end(JSON.stringify(status === 200 ? {} : { type: 'about:blank', title: 'No', status }))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => server.close()
})
afterEach(() => {
  close()
  rmSync(folder, { recursive: true, force: true })
})

function boardWith(ring1: object, cells = 'ppp'): Board {
  const ring = { acknowledged: 0, clients: 1, servers: 3 }
  return Board.parse({
    campaign: {
      campaignId: 'camp',
      name: 'x',
      state: { kind: 'running' },
      planHash: 'h',
      requestedBy: 'anna',
      createdAt: start,
      startedAt: start,
    },
    clocks: { wire: 0, plan: now, speed: 1 },
    stop: { kind: 'clear', epoch: 0 },
    rings: [{ ...ring, ring: 1, state: ring1 }],
    clients: [
      {
        clientId: 'boulangerie',
        name: 'Boulangerie',
        ring: 1,
        revision: 1,
        state: { kind: 'running' },
        cells,
        now: [],
        spentMs: 0,
        measured: 0,
      },
    ],
  })
}

const deskWith = (actions: OperatorScriptGiven['actions']) =>
  new Desk({
    data: folder,
    api: connectApi(base, 'token'),
    script: OperatorScript.parse({ actions }),
    planNow: () => now,
    say: () => undefined,
  })
const lines = (): Record<string, unknown>[] =>
  readFileSync(join(folder, 'operator.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
const paths = () => calls.map(({ path }) => path)
const running = { kind: 'running' }

describe('the desk', () => {
  test('does each action once, when its moment has come, and writes down question and answer', async () => {
    const desk = deskWith([
      { name: 'stop', when: { kind: 'at', minutes: 10 }, do: { kind: 'stop' } },
      { name: 'go on', when: { kind: 'after', action: 'stop', minutes: 5 }, do: { kind: 'release' } },
    ])
    await desk.act(boardWith(running))
    expect(paths()).toEqual([])
    now = start + 10 * minute
    await desk.act(boardWith(running))
    await desk.act(boardWith(running))
    expect(paths()).toEqual(['stop'])
    expect(desk.isBusy).toBe(true)
    now += 5 * minute
    await desk.act(boardWith(running))
    expect(paths()).toEqual(['stop', 'release'])
    expect(desk.isBusy).toBe(false)
    expect(lines().map(({ phase, action, ok }) => [phase, action, ok])).toEqual([
      ['asked', 'stop', undefined],
      ['answered', 'stop', true],
      ['asked', 'release', undefined],
      ['answered', 'release', true],
    ])
  })

  test('waits for a ring and for a client’s servers; a pause ends in plan time', async () => {
    const desk = deskWith([
      {
        name: 'let go',
        when: { kind: 'ring', ring: 1, state: 'gateHeld' },
        do: { kind: 'promoteRing', ring: 1 },
      },
      {
        name: 'phone',
        when: { kind: 'begun', clientId: 'boulangerie', servers: 2 },
        do: { kind: 'pauseClient', clientId: 'boulangerie', minutes: 30, caller: 'Mme Rey' },
      },
    ])
    await desk.act(boardWith(running, 'rpp'))
    expect(paths()).toEqual([])
    await desk.act(boardWith({ kind: 'gateHeld', reason: { code: 'evidenceMissing' } }, 'srp'))
    expect(calls).toEqual([
      { path: 'campaigns/camp/rings/1/promote', body: { reason: 'Rehearsed by script' } },
      {
        path: 'clients/boulangerie/pause',
        body: { reason: 'Rehearsed by script', caller: 'Mme Rey', until: start + 30 * minute },
      },
    ])
    expect(lines().at(-1)).toMatchObject({ clientId: 'boulangerie', until: start + 30 * minute, ok: true })
  })

  test('a refusal is an answer: written down, and not asked again', async () => {
    refusals.set('release', 409)
    const desk = deskWith([{ name: 'go on', when: { kind: 'at', minutes: 0 }, do: { kind: 'release' } }])
    await desk.act(boardWith(running))
    await desk.act(boardWith(running))
    expect(paths()).toEqual(['release'])
    expect(lines().at(-1)).toMatchObject({ ok: false, refusal: { status: 409, title: 'No' } })
  })

  test('started again on the same data, it knows what was answered; what was only asked is asked again', async () => {
    const script: OperatorScriptGiven['actions'] = [
      { name: 'stop', when: { kind: 'at', minutes: 0 }, do: { kind: 'stop' } },
      { name: 'go on', when: { kind: 'after', action: 'stop' }, do: { kind: 'release' } },
    ]
    await deskWith(script).act(boardWith(running))
    expect(paths()).toEqual(['stop', 'release'])
    const file = join(folder, 'operator.ndjson')
    // Killed while the last answer was being written.
    truncateSync(file, readFileSync(file).length - 5)
    await deskWith(script).act(boardWith(running))
    expect(paths()).toEqual(['stop', 'release', 'release'])
  })

  test('promotes a ring that waits for somebody, but for one that the script will see to', async () => {
    const waits = boardWith({ kind: 'tripped', reason: { code: 'ringTripped' } })
    const busy = deskWith([
      {
        name: 'later',
        when: { kind: 'ring', ring: 1, state: 'gateHeld' },
        do: { kind: 'promoteRing', ring: 1 },
      },
    ])
    expect(await busy.promoteWaiting(waits)).toEqual([])
    const held = boardWith({ kind: 'held', reason: 'x', actor: 'anna' })
    expect(await deskWith([]).promoteWaiting(held)).toEqual([])
    expect(await deskWith([]).promoteWaiting(waits)).toHaveLength(1)
    expect(paths()).toEqual(['campaigns/camp/rings/1/promote'])
    expect(lines()).toMatchObject([{ name: 'rehearsal', phase: 'asked', ring: 1 }, { phase: 'answered' }])
  })
})
