import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ClientId, RingNumber, ServerId } from '../../orchestrations/domain/ids.ts'
import { openBrowser } from './browser.ts'
import { buildPage } from './buildPage.ts'
import { sceneBoard } from './scene.ts'
import { problem, scenePlan, type StandIn, startStandIn } from './standIn.ts'
import { axeViolations, type Visit, visit, type VisitOptions } from './visit.ts'

let opened: Awaited<ReturnType<typeof openBrowser>>
let browser: Browser
let built: Awaited<ReturnType<typeof buildPage>>
let atlas: StandIn
const visits: Visit[] = []

beforeAll(async () => {
  built = await buildPage()
  opened = await openBrowser()
  browser = opened.browser
}, 120_000)
afterAll(async () => {
  await opened.close()
  await built.remove()
})
beforeEach(async () => {
  atlas = await startStandIn(built.folder)
  atlas.world.board = sceneBoard()
})
afterEach(async () => {
  await Promise.all(visits.splice(0).map((one) => one.close()))
  await atlas.close()
})

/** Opens the board and waits until it stands and its live line does too. */
async function openBoard(options: VisitOptions = {}) {
  const opening = await visit(browser, atlas.origin, options)
  visits.push(opening)
  await opening.page.locator('.list, .tiles').waitFor()
  await expect.poll(() => atlas.connections()).toBeGreaterThan(0)
  return opening
}

const firstRow = () => {
  const row = atlas.world.board?.clients[20]
  if (!row) throw new Error('the scene has no such row')
  return row
}
const finished = () => {
  const row = firstRow()
  return { ...row, revision: row.revision + 1, cells: 's'.repeat(row.cells.length) }
}
const cellsOf = (name: string) => `[role=row]:has-text("${name}") .cells`

describe('the board in a browser', () => {
  it('takes the token out of the address and shows the figures, without a complaint or a foreign request', async () => {
    const { page, complaints, foreign } = await openBoard()
    expect(page.url()).not.toContain('token')
    const figures = await page.locator('.figures dd').allInnerTexts()
    expect(figures[0]).toMatch(/^\d+\/1,000$/)
    expect(figures[4]).toMatch(/^\d+\/100$/)
    await page.locator('.live-live').waitFor()
    expect(complaints).toEqual([])
    expect(foreign.filter((url) => !url.startsWith('ws://127.0.0.1:'))).toEqual([])
  })

  it('asks for a token when there is none, and says what is wrong with a bad one', async () => {
    const opening = await visit(browser, atlas.origin, { token: '' })
    visits.push(opening)
    const { page } = opening
    await page.getByLabel('Token').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('ATLAS does not know this token').waitFor()
    await page.getByLabel('Token').fill('operator')
    await page.keyboard.press('Enter')
    await page.locator('.list').waitFor()
    expect(atlas.requests.filter(({ token }) => token === 'wrong')).toHaveLength(1)
  })

  it('names the other campaigns that are under way, with a link to each, and not those that are over', async () => {
    const own = sceneBoard().campaign
    const other = (name: string, kind: 'paused' | 'ended') => ({
      ...own,
      campaignId: `camp-${name.toLowerCase()}`,
      name,
      state: kind === 'paused' ? { kind, actor: 'anna', reason: 'lunch' } : { kind },
      createdAt: own.createdAt - 1,
    })
    atlas.world.intercept = ({ path, method }) =>
      path === '/api/campaigns' && method === 'GET'
        ? { status: 200, body: { campaigns: [own, other('SQL', 'paused'), other('October', 'ended')] } }
        : undefined
    const { page } = await openBoard()
    expect(await page.locator('.campaign-others').innerText()).toBe('Also under way: SQL (paused)')
    await page.locator('.campaign-others').getByRole('link', { name: 'SQL' }).click()
    await expect.poll(() => page.url()).toContain('campaign=camp-sql')
  })

  it('draws a pushed row and leaves an older one alone', async () => {
    const { page } = await openBoard({ search: `?q=${encodeURIComponent(firstRow().name)}` })
    const row = finished()
    await atlas.push(atlas.fleetFrame([row]))
    const cells = page.locator(cellsOf(row.name))
    await expect.poll(() => cells.getAttribute('aria-label')).toBe(`${row.cells.length} done`)
    await atlas.push(atlas.fleetFrame([firstRow()]))
    await atlas.push(
      atlas.fleetFrame([], {
        kind: 'raised',
        epoch: 1,
        at: 0,
        actor: 'Marker',
        reason: '',
        open: 1,
        clientsToGo: 0,
      }),
    )
    await page.getByText('by Marker').waitFor()
    expect(await cells.getAttribute('aria-label')).toBe(`${row.cells.length} done`)
  })

  it('fetches a client that a digest names and no frame brought', async () => {
    const { page } = await openBoard({ search: `?q=${encodeURIComponent(firstRow().name)}` })
    const row = finished()
    atlas.change([row])
    await atlas.digest()
    await expect
      .poll(() => page.locator(cellsOf(row.name)).getAttribute('aria-label'), { timeout: 8000 })
      .toBe(`${row.cells.length} done`)
    expect(atlas.requests.some(({ path }) => path.endsWith(`/clients/${row.clientId}`))).toBe(true)
  })

  it('shows within 5 s that the line is dead, goes on by asking, and resyncs when it is back', async () => {
    const { page } = await openBoard({ search: `?q=${encodeURIComponent(firstRow().name)}` })
    atlas.cutPush()
    await page.locator('[data-banner=polling]').waitFor({ timeout: 5000 })
    const row = finished()
    atlas.change([row])
    atlas.mendPush()
    await page.locator('[data-freshness=live]').waitFor({ timeout: 8000 })
    await expect
      .poll(() => page.locator(cellsOf(row.name)).getAttribute('aria-label'), { timeout: 3000 })
      .toBe(`${row.cells.length} done`)
    expect(await page.locator('[data-banner]').count()).toBe(0)
  })

  it('says how old the board is when nothing answers, and still tries to stop', async () => {
    const { page } = await openBoard()
    atlas.silence()
    atlas.cutPush()
    await page.locator('[data-banner]').waitFor({ timeout: 5000 })
    await page.locator('[data-banner=stale]').waitFor({ timeout: 8000 })
    await page.keyboard.press('F9')
    await page.keyboard.press('Enter')
    await page.getByText('EMERGENCY STOP: refused. ATLAS does not answer.').waitFor()
    atlas.speak()
    atlas.mendPush()
    await page.locator('[data-freshness=live]').waitFor({ timeout: 12_000 })
    expect(await page.locator('[data-banner]').count()).toBe(0)
  })
})

describe('commands', () => {
  it.each([
    { language: 'en', width: 1440 },
    { language: 'fr', width: 360 },
  ] as const)(
    'stop everything by keyboard in two actions ($language, $width px) and count to 0',
    async ({ language, width }) => {
      const { page } = await openBoard({ language, width, height: 780 })
      await page.keyboard.press('F9')
      const dialog = page.getByRole('dialog')
      const words =
        language === 'en' ? /servers are under way at \d+ clients/ : /serveurs sont en cours chez \d+ clients/
      await dialog.getByText(words).waitFor()
      expect(atlas.requests.some(({ path }) => path === '/api/stop')).toBe(false)
      const raised = (open: number) =>
        ({
          kind: 'raised',
          epoch: 1,
          at: Date.now(),
          actor: 'M. Durand',
          reason: '',
          open,
          clientsToGo: 0,
        }) as const
      if (atlas.world.board) atlas.world.board = { ...atlas.world.board, stop: raised(62) }
      await page.keyboard.press('Enter')
      await page.locator('[data-open="62"]').waitFor()
      expect(atlas.requests.find(({ path }) => path === '/api/stop')?.body).toEqual({ reason: '' })
      await atlas.push(atlas.fleetFrame([], raised(7)))
      await page.locator('[data-open="7"]').waitFor()
      await atlas.push(atlas.fleetFrame([], raised(0)))
      await page.locator('[data-open="0"]').waitFor()
    },
  )

  it('leave everything as it was when the operator cancels', async () => {
    const { page } = await openBoard()
    await page.getByRole('button', { name: 'EMERGENCY STOP' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(atlas.requests.some(({ path }) => path === '/api/stop')).toBe(false)
  })

  it('pause a client in two actions and say when its server is back', async () => {
    const { page } = await openBoard()
    const { name, clientId } = firstRow()
    await page.getByLabel('Find a client or server').fill(name)
    await page.getByRole('button', { name: `Pause ${name}` }).click()
    await page.keyboard.press('Enter')
    await page.getByText('accepted. The server in hand is expected back at').waitFor()
    expect(atlas.requests.find(({ path }) => path === `/api/clients/${clientId}/pause`)?.body).toEqual({
      reason: '',
    })
  })

  it('say why they were refused and what to do', async () => {
    const { page } = await openBoard({ language: 'fr' })
    atlas.world.intercept = ({ path }) =>
      path.endsWith('/rings/2/hold')
        ? problem(409, 'L’anneau 2 est déjà franchi', '', 'Retenez l’anneau 3.')
        : undefined
    await page.getByRole('button', { name: 'Retenir l’anneau 2 Standard' }).click()
    await page.keyboard.press('Enter')
    await page.getByText('refusé. L’anneau 2 est déjà franchi. Retenez l’anneau 3.').waitFor()
    expect(atlas.requests.filter(({ path }) => path.endsWith('/rings/2/hold'))).toHaveLength(1)
  })
})

describe('views', () => {
  it('open a client at the side with the address, show its steps and close by Escape', async () => {
    const { page } = await openBoard({ search: '?client=client-15&server=4' })
    const panel = page.getByRole('complementary')
    await panel.getByText('0x80070643').waitFor()
    await panel.getByRole('button', { name: 'attempt 2' }).waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('client=')
  })

  it('keep filters in the address over a reload', async () => {
    const { page } = await openBoard()
    await page.locator('select[aria-label=Show]').selectOption('trouble')
    await page.getByRole('button', { name: 'Tiles' }).click()
    const rows = page.locator('.tile-table [role=row]')
    await rows.nth(1).waitFor({ state: 'attached' })
    const shown = await rows.count()
    await page.reload()
    await rows.nth(1).waitFor({ state: 'attached' })
    expect(await rows.count()).toBe(shown)
    expect(shown).toBeLessThan(30)
  })

  it('hold 300 clients with 33 servers each with few nodes in the list', async () => {
    atlas.world.board = sceneBoard(300, 33)
    const { page } = await openBoard({ width: 1920, height: 1080 })
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(2500)
  })

  it('make a plan, have another person approve it and start it', async () => {
    const { campaign } = sceneBoard(2, 2)
    const planned = {
      ...campaign,
      state: { kind: 'planned' } as const,
      startedAt: undefined,
      approvedBy: undefined,
    }
    const end = { p20: campaign.createdAt, p50: campaign.createdAt, p80: campaign.createdAt + 3_600_000 }
    const client = {
      clientId: ClientId.parse('ancay'),
      name: 'Boulangerie Ançay',
      zone: 'Europe/Paris',
      maxParallelServers: 1,
      windows: [],
      servers: [],
      firstStart: end.p20,
      end,
      doesNotFit: [ServerId.parse('ancay.hv01')],
    }
    const rings = [{ ring: RingNumber.parse(0), soakMinutes: 0, firstStart: end.p20, end, clients: [client] }]
    const plan = scenePlan({ name: planned.name, start: end.p20, end, rings })
    atlas.world.board = undefined
    atlas.world.intercept = ({ path, method, token }) => {
      if (method === 'POST' && path === '/api/campaigns') atlas.world.plan = { campaign: planned, plan }
      else if (path.endsWith('/approve')) {
        if (token !== 'approver') return problem(403, 'Another person approves')
        atlas.world.plan = { campaign: { ...planned, state: { kind: 'approved', by: 'C. Petit' } }, plan }
      } else if (path.endsWith('/start')) atlas.world.board = sceneBoard(2, 2)
      else return undefined
      const head = atlas.world.plan?.campaign
      return { status: 200, body: path === '/api/campaigns' ? atlas.world.plan : head }
    }
    const opening = await visit(browser, atlas.origin)
    visits.push(opening)
    const { page } = opening
    await page.getByText('100 clients with 1000 servers').waitFor()
    await page.getByRole('button', { name: 'Make the plan' }).click()
    await page.getByText('1 server does not fit its first window').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByLabel('Token of the approver').fill('approver')
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('button', { name: 'START ALL' }).click()
    await page.keyboard.press('Enter')
    await page.locator('.list').waitFor()
  })
})

describe('everybody can use it', () => {
  // Every language and every theme, not each with each: words and colours fail apart.
  it.each([
    { language: 'en', theme: 'light' },
    { language: 'fr', theme: 'dark' },
    { language: 'fr', theme: 'contrast' },
  ] as const)('axe finds nothing: $language, $theme', async ({ language, theme }) => {
    const { page } = await openBoard({ language, theme, search: '?client=client-15' })
    await page.locator('.server').first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('F9')
    expect(await axeViolations(page)).toEqual([])
    // Once for the dialog, once for the panel.
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.locator('.view-switch button').last().click()
    await page.locator('.tiles').waitFor()
    expect(await axeViolations(page)).toEqual([])
  })

  it.each(['en', 'fr'] as const)(
    'nothing scrolls sideways at 360 px, trouble before the rings: %s',
    async (language) => {
      const { page } = await openBoard({ language, width: 360, height: 780 })
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(wide).toBe(0)
      const top = async (selector: string) => (await page.locator(selector).boundingBox())?.y ?? Number.NaN
      expect(await top('.trouble')).toBeLessThan(await top('.rings'))
      const stop = await page.locator('.stop-button').boundingBox()
      expect((stop?.x ?? 0) + (stop?.width ?? 999)).toBeLessThanOrEqual(360)
    },
  )
})
