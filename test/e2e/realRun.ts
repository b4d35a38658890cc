import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { even } from '../../infra/local/fleet/scenarios/even.ts'
import { buildPage } from '../../infra/local/start/page.ts'
import { demoInventory } from '../../orchestrations/contracts/demo/index.ts'
import { Board, type ClientRow, StopState } from '../../orchestrations/contracts/board.ts'
import { CampaignList } from '../../orchestrations/contracts/api.ts'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { RingNumber } from '../../orchestrations/domain/ids.ts'
import { openRehearsal, type Rehearsal, type Run } from '../support/rehearsal.ts'

/** Three clients of the demo in ring 0, four servers each, and one in ring 1 with one. */
export function fourClients(): Inventory {
  const whole = demoInventory()
  const clients = whole.clients
    .slice(0, 4)
    .map((client, index) => ({ ...client, ring: RingNumber.parse(index < 3 ? 0 : 1) }))
  const servers = clients.flatMap(({ clientId, ring }) =>
    whole.servers
      .filter((server) => server.clientId === clientId && server.kind !== 'hyperVHost')
      .slice(0, ring === 0 ? 4 : 1)
      .map((server) => {
        const { runsOn: _runsOn, backupServer: _backup, partner: _partner, ...alone } = server
        return alone
      }),
  )
  return { clients, servers }
}

/** The page's sources as they are now, where `npm start` serves it from. */
export async function buildRealPage(): Promise<void> {
  const before = process.env['NODE_ENV']
  // Under the test runner's the development build would come out.
  delete process.env['NODE_ENV']
  try {
    await buildPage(resolve(import.meta.dirname, '../..'))
  } finally {
    if (before !== undefined) process.env['NODE_ENV'] = before
  }
}

/** `npm start` as a person would run it. */
export async function startReal(): Promise<{ readonly rehearsal: Rehearsal; readonly run: Run }> {
  await buildRealPage()
  const folder = mkdtempSync(join(tmpdir(), 'atlas-scenario-'))
  const scenario = join(folder, 'rings.json')
  // By its own name `even` would put all clients into one ring.
  writeFileSync(scenario, JSON.stringify({ ...even, name: 'rings' }))
  const rehearsal = await openRehearsal({
    scenario,
    inventory: fourClients(),
    speed: 900,
    more: ['--restarts-per-minute', '100'],
  })
  const run = rehearsal.start()
  await rehearsal.started(run)
  rmSync(folder, { recursive: true })
  return { rehearsal, run }
}

export const sessionOf = ({ data }: Rehearsal, who: 'operator' | 'approver' = 'operator') =>
  z.object({ token: z.string() }).parse(JSON.parse(readFileSync(join(data, `${who}.json`), 'utf8')))

/** What the API says, beside the page. */
export function askReal(rehearsal: Rehearsal) {
  const api = rehearsal.api()
  const campaign = async () => {
    const { campaigns } = await api.get('campaigns', CampaignList)
    const [first] = campaigns
    if (!first) throw new Error('There is no campaign')
    return first.campaignId
  }
  const board = async () => api.get(`campaigns/${await campaign()}`, Board)
  return {
    board,
    client: async (id: string): Promise<ClientRow> => {
      const row = (await board()).clients.find(({ clientId }) => clientId === id)
      if (!row) throw new Error(`The board has no client ${id}`)
      return row
    },
    ring: async (ring: number) => (await board()).rings.find((row) => row.ring === ring)?.state.kind,
    stop: () => api.get('stop', StopState),
  }
}

const Effect = z.object({
  server: z.string(),
  client: z.string(),
  phase: z.enum(['begun', 'ended', 'seen']),
  /** Wire time, epoch ms. */
  wire: z.number(),
})

/** What the simulated machines wrote down themselves. A line that is being written is left out. */
export function effectsOf({ data }: Rehearsal): z.infer<typeof Effect>[] {
  const text = readFileSync(join(data, 'fleet', 'effects.ndjson'), 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Effect.parse(JSON.parse(line)))
    .filter(({ phase }) => phase !== 'seen')
}
