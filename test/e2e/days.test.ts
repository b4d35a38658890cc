import { describe, expect, it } from 'vitest'
import type { PlanAnswer } from '../../orchestrations/contracts/api.ts'
import { openRoom, patience } from './room.ts'
import { sceneBoard } from './scene.ts'
import { sceneEvidence } from './sceneEvidence.ts'
import { problem } from './standIn.ts'

const room = openRoom()
const posts = (path: RegExp) =>
  room.atlas.requests.filter((one) => one.method === 'POST' && path.test(one.path))

describe('preparation', () => {
  it('shows what is in the way first, each finding as a sentence, and is started with a cap', async () => {
    const { page } = await room.enter({ search: '?page=plan' })
    const list = page.getByRole('region', { name: 'Preparation' })
    await list.getByText('6 no go · 4 unknown · 990 go', { exact: true }).waitFor()
    const first = list.locator('.prepared > li').first()
    await first.getByText('is older than allowed (36 h)').waitFor()
    expect(await first.locator('.findings').count()).toBe(1)
    await first.getByRole('button', { name: 'Show 9 servers that can go' }).click()
    expect(await first.locator('.findings').count()).toBe(10)
  })

  it('asks START with the count, each client’s first start and what preparation found', async () => {
    const board = sceneBoard(3, 2)
    const end = { p20: board.clocks.plan, p50: board.clocks.plan + 1, p80: board.clocks.plan + 3_600_000 }
    const campaign = {
      ...board.campaign,
      state: { kind: 'approved', by: 'C. Petit' } as const,
      startedAt: undefined,
    }
    room.atlas.world.board = { ...board, campaign }
    room.atlas.world.intercept = ({ path, method }) => {
      if (path.endsWith('/plan')) return { status: 200, body: { campaign, plan: planOf(board, end) } }
      return method === 'POST' && path.endsWith('/start') ? { status: 202, body: campaign } : undefined
    }
    const { page } = await room.enter({ search: '?page=plan' })
    await page.getByRole('button', { name: 'Prepare' }).click()
    await page.getByLabel('Download', { exact: true }).selectOption('10000')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => posts(/prepare$/)[0]?.body, patience)
      .toEqual({
        download: true,
        maxKilobitsPerSecond: 10_000,
      })
    await page.getByRole('button', { name: 'START ALL' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('3 servers of 3 clients will be updated').waitFor()
    await dialog.getByText(/Preparation: \d+ go, \d+ no go/).waitFor()
    expect(await dialog.locator('tbody tr').count()).toBe(3)
    await page.keyboard.press('Enter')
    await expect.poll(() => posts(/start$/).length, patience).toBe(1)
    expect(posts(/start$/)[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('evidence of labs', () => {
  it('stands on the plan and in START with its reason and what mends it, and nowhere when nothing is asked', async () => {
    const board = sceneBoard(3, 2)
    const campaign = {
      ...board.campaign,
      state: { kind: 'approved', by: 'C. Petit' } as const,
      startedAt: undefined,
    }
    const end = { p20: board.clocks.plan, p50: board.clocks.plan + 1, p80: board.clocks.plan + 3_600_000 }
    room.atlas.world.board = { ...board, campaign }
    let required = true
    room.atlas.world.intercept = ({ path }) => {
      if (path.endsWith('/plan')) return { status: 200, body: { campaign, plan: planOf(board, end) } }
      if (!path.endsWith('/evidence') || !required) return undefined
      return { status: 200, body: sceneEvidence(board, 'lacking') }
    }
    const { page } = await room.enter({ search: '?page=plan' })
    const onPage = page.locator('.plan').getByRole('region', { name: 'Proof of labs' })
    await onPage.getByText('Tried by no lab on Windows 10.0.14393: install, reboot').waitFor()
    await onPage.getByText('Nobody knows the Windows of 1 server').waitFor()
    await page.getByRole('button', { name: 'START ALL' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('atlas evidence waive BUILD').waitFor()
    await dialog.getByText('Found broken by a lab on Windows 10.0.20348: checkpoint').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    required = false
    const { page: other } = await room.enter({ search: '?page=plan' })
    await other.getByRole('button', { name: 'START ALL' }).click()
    await other.getByRole('dialog').getByText('3 servers of 3 clients will be updated').waitFor()
    expect(await other.getByText('Proof of labs').count()).toBe(0)
  })
})

type Plan = PlanAnswer['plan']
function planOf(
  board: ReturnType<typeof sceneBoard>,
  end: { p20: number; p50: number; p80: number },
): unknown {
  const clients = board.clients.map(({ clientId, name }) => ({
    clientId,
    name,
    zone: 'Europe/Paris',
    maxParallelServers: 1,
    windows: [],
    servers: [
      {
        serverId: `${clientId}.fs01`,
        host: 'FS01',
        order: 1,
        role: 'file',
        kind: 'vm',
        estimateMinutes: 45,
        latestStart: end.p80,
      },
    ],
    firstStart: end.p20,
    end,
    doesNotFit: [],
  }))
  return {
    name: 'A plan',
    selection: { kind: 'everything' },
    purpose: 'install',
    start: end.p20,
    settings: {},
    updates: { ids: [], categories: [] },
    rings: [{ ring: 0, soakMinutes: 0, clients, firstStart: end.p20, end }],
    refused: [],
    end,
  } satisfies Record<keyof Plan, unknown>
}

describe('inventory', () => {
  const file = { name: 'rmm.csv', mimeType: 'text/csv', buffer: Buffer.from('Client;Nom de la machine\n') }

  it('shows how the file was read, the difference and each bad row before anything is applied', async () => {
    const { page } = await room.enter({ search: '?page=inventory' })
    await page.getByLabel('Inventory file').setInputFiles(file)
    await page.getByText('Nom de la machine').waitFor()
    await page.getByText('→ not read').waitFor()
    await page.getByText('Line 7, Ring: "gold" is no ring.').waitFor()
    await page.getByText('3 new · 1 changed · 7 unchanged · 2 not in the file · 0 left out').waitFor()
    expect(posts(/inventory$/).map(({ query }) => query.get('dryRun'))).toEqual(['true'])
    await page.getByLabel('Leave out rows with errors').check()
    await page.getByText('1 left out').waitFor()
    await page.getByLabel('Remove what is in ATLAS and not in the file').check()
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('dialog').getByText('3 new, 1 changed, 2 removed.').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Applied: 3 new, 1 changed, 2 removed.').waitFor()
    const last = posts(/inventory$/).at(-1)
    expect(Object.fromEntries(last?.query ?? [])).toEqual({
      skipInvalid: 'true',
      remove: 'true',
      file: 'rmm.csv',
    })
    expect(last?.body).toBe('Client;Nom de la machine\n')
  })

  it.each([
    ['en', 'Inventory file', 'Line 2, Host: The line names no server. Fill in the host name', 'Apply'],
    [
      'fr',
      'Fichier d’inventaire',
      'Ligne 2, Host : La ligne ne nomme aucun serveur. Indiquez le nom',
      'Appliquer',
    ],
  ] as const)('lists what a refused file has wrong (%s)', async (language, choose, told, apply) => {
    const errors = [{ file: 'rmm.csv', line: 2, column: 'Host', code: 'missingHost', params: {} }]
    room.atlas.world.intercept = ({ path, method }) => {
      const refusal = problem(422, 'The file cannot be read', 'No row is valid.')
      return method === 'POST' && path === '/api/inventory'
        ? { ...refusal, body: { ...refusal.body, errors } }
        : undefined
    }
    const { page } = await room.enter({ language, search: '?page=inventory' })
    await page.getByLabel(choose).setInputFiles(file)
    await page.getByText('No row is valid.').waitFor()
    await page.getByText(told).waitFor()
    expect(await page.getByRole('button', { name: apply }).count()).toBe(0)
  })
})

describe('report, updates and notices', () => {
  it('reads a report of the fleet and of one client, and downloads it in a language', async () => {
    const { page } = await room.enter({ search: '?page=report' })
    await page.getByText('11 open items').waitFor()
    await page.locator('select[aria-label=Client]').selectOption('client-15')
    await page.getByText('Needs an operator: rolling back is not allowed').first().waitFor()
    expect(page.url()).toContain('for=client-15')
    await page.getByLabel('Language of the file').selectOption('fr')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the report as JSON' }).click()
    expect((await download).suggestedFilename()).toBe('camp-2026-11-client-15-fr.json')
    const [asked] = room.atlas.requests.filter(({ query }) => query.get('language') === 'fr')
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({
      format: 'json',
      client: 'client-15',
      language: 'fr',
    })
  })

  it('blocks an update only with a reason', async () => {
    const { page } = await room.enter({ search: '?page=updates' })
    await page.getByText('blocked by ATLAS').waitFor()
    await page.getByRole('button', { name: 'Block KB5031364' }).click()
    await page.keyboard.type('printers stop')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => posts(/KB5031364\/block$/)[0]?.body, patience)
      .toEqual({ reason: 'printers stop' })
  })

  it('shows what could not be delivered, and says when nobody is woken', async () => {
    const { page } = await room.enter({ search: '?page=notices' })
    await page.getByText('webhook: not delivered after 5 attempts: connect ECONNREFUSED').waitFor()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('mail: sent', { exact: true }).waitFor()
    room.atlas.world.intercept = ({ path }) =>
      path === '/api/notices' ? { status: 200, body: { notices: [], channels: [] } } : undefined
    await page.reload()
    await page.getByText('Nobody is woken: no channel is configured.').waitFor()
    const test = page.getByRole('button', { name: 'Send a test' })
    expect(await test.getAttribute('aria-description')).toBe('No channel is configured.')
  })
})
