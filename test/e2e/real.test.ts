import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellLetters } from '../../orchestrations/contracts/board.ts'
import { totals } from '../../orchestrations/contracts/totals.ts'
import { openBrowser } from './browser.ts'
import { askReal, effectsOf, sessionOf, startReal } from './realRun.ts'
import { type Visit, visit } from './visit.ts'

let real: Awaited<ReturnType<typeof startReal>>
let opened: Awaited<ReturnType<typeof openBrowser>>
let seen: Visit
let page: Page
let ask: ReturnType<typeof askReal>
/** Kinds of the live frames that came over Web PubSub. */
const frames: string[] = []

beforeAll(async () => {
  opened = await openBrowser()
  real = await startReal()
  const { rehearsal } = real
  ask = askReal(rehearsal)
  seen = await visit(opened.browser, rehearsal.base, {
    token: sessionOf(rehearsal).token,
    watch: (frame) => frames.push(/"type":"(fleet|digest|client)"/.exec(frame)?.[1] ?? 'other'),
  })
  page = seen.page
  await page.locator('.list').waitFor()
}, 120_000)

afterAll(async () => {
  await seen?.close()
  await real?.rehearsal.remove()
  await opened?.close()
}, 60_000)

/** Waits until the server says so; the machine may be busy with other tests. */
// oxlint-disable-next-line vitest/require-awaited-expect-poll -- its callers await it
const eventually = <T>(look: () => Promise<T> | T) => expect.poll(look, { timeout: 30_000, interval: 100 })

const figure = async (place: number) => (await page.locator('.figures dd').nth(place).innerText()).trim()
const doneServers = async () => Number((await figure(0)).split('/')[0])
const confirm = () => page.keyboard.press('Enter')
const press = async (name: string) => page.getByRole('button', { name, exact: true }).click()

/** A campaign runs through all of these, in this order. */
describe('the page over a real campaign', () => {
  it('holds a ring that has not started', async () => {
    await press('Hold ring 1 Pilot')
    await confirm()
    await eventually(() => ask.ring(1)).toBe('held')
    await page.locator('.ring-held').waitFor()
    expect(await page.locator('.ring-held .ring-state').innerText()).toMatch(/^held by/)
  })

  it('shows figures that move by themselves, pushed over Web PubSub', async () => {
    await page.locator('[data-freshness=live]').waitFor()
    const boards: string[] = []
    page.on('request', (request) => boards.push(new URL(request.url()).pathname))
    const before = frames.filter((kind) => kind === 'fleet').length
    const done = await doneServers()
    await eventually(doneServers).toBeGreaterThan(done)
    expect(frames.filter((kind) => kind === 'fleet').length).toBeGreaterThan(before)
    expect(boards.filter((path) => /^\/api\/campaigns\/[^/]+$/.test(path))).toEqual([])
    expect(await figure(4)).toMatch(/^\d\/4$/)
  })

  it('pauses a client in two actions: its server in hand ends, no other starts, until it is resumed', async () => {
    const { clients } = await ask.board()
    const client = clients.find(
      ({ cells }) => cells.includes(cellLetters.running) && cells.includes(cellLetters.pending),
    )
    if (!client) throw new Error('No client is under way')
    const { clientId, name } = client
    await press(`Pause ${name}`)
    await confirm()
    await eventually(async () => (await ask.client(clientId)).state.kind).toBe('paused')
    await eventually(async () => (await ask.client(clientId)).cells).not.toContain(cellLetters.running)
    const { cells } = await ask.client(clientId)
    const begun = effectsOf(real.rehearsal).filter((effect) => effect.client === name).length
    // Others get a server further meanwhile: the pause is this client's alone.
    const others = async () =>
      totals((await ask.board()).clients.filter((row) => row.clientId !== clientId)).done
    const before = await others()
    await eventually(others).toBeGreaterThan(before)
    expect((await ask.client(clientId)).cells).toBe(cells)
    expect(cells).toContain(cellLetters.pending)
    expect(effectsOf(real.rehearsal).filter((effect) => effect.client === name)).toHaveLength(begun)
    await press(`Resume ${name}`)
    await confirm()
    await eventually(async () => (await ask.client(clientId)).state.kind).not.toBe('paused')
  })

  it('stops everything by F9 and Enter: commands reach their safe point, no effect begins, until the release', async () => {
    const answered = page.waitForResponse((response) => response.url().endsWith('/api/stop'))
    await page.keyboard.press('F9')
    await page.getByRole('dialog').waitFor()
    await confirm()
    expect((await answered).status()).toBeLessThan(300)
    const at = Date.now()
    expect((await ask.stop()).kind).toBe('raised')
    await page.locator('[data-open="0"]').waitFor({ timeout: 30_000 })
    await eventually(ask.stop).toMatchObject({ kind: 'raised', open: 0, clientsToGo: 0 })
    const late = effectsOf(real.rehearsal).filter(({ phase, wire }) => phase === 'begun' && wire > at + 5_000)
    expect(late).toEqual([])
    const begun = effectsOf(real.rehearsal).length
    await press('Release')
    await confirm()
    await eventually(async () => (await ask.stop()).kind).toBe('clear')
    await eventually(() => effectsOf(real.rehearsal).length).toBeGreaterThan(begun)
    await page.locator('.stop-banner').waitFor({ state: 'detached' })
  })

  it('says within 5 s that the host died, and resyncs when it is back', async () => {
    // One death is mended before anybody notices: it dies until the page says so.
    const killing = setInterval(() => real.run.kill('host'), 100)
    try {
      await page.locator('[data-banner=stale]').waitFor({ timeout: 7_000 })
    } finally {
      clearInterval(killing)
    }
    await page.locator('[data-freshness=live]').waitFor({ timeout: 30_000 })
    expect(await page.locator('[data-banner]').count()).toBe(0)
    const done = await doneServers()
    await eventually(doneServers).toBeGreaterThan(done)
  })

  it('does not start the ring that is held, and starts it when it is promoted', async () => {
    await eventually(() => ask.ring(0)).toBe('passed')
    expect(await ask.ring(1)).toBe('held')
    const waiting = (await ask.board()).clients.filter(({ ring }) => ring === 1)
    expect(waiting.map(({ cells }) => cells)).toEqual([cellLetters.pending])
    await press('Promote ring 1 Pilot')
    await confirm()
    await eventually(() => ask.ring(1)).toBe('running')
  })

  it('speaks French after the switch', async () => {
    await press('FR Français')
    await page.getByRole('button', { name: 'ARRÊT D’URGENCE' }).waitFor()
    expect(await page.locator('.figures dt').allInnerTexts()).toEqual([
      'Terminés',
      'En cours',
      'Écoulé',
      'Restant',
      'Clients actifs',
      'Taux de réussite',
    ])
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
  })

  it('ends with the figures that the API gives', async () => {
    await eventually(async () => (await ask.board()).campaign.state.kind).toBe('ended')
    await page.locator('.campaign-ended').waitFor()
    const sum = totals((await ask.board()).clients)
    expect(sum.byOutcome.succeeded).toBe(13)
    expect(await figure(0)).toBe(`${sum.done}/${sum.servers}`)
    expect(await figure(1)).toBe('0')
    expect(await figure(3)).toBe('rien')
    expect(await figure(4)).toBe(`${sum.activeClients}/${sum.clients}`)
    expect((await figure(5)).replace(/\s/g, ' ')).toBe('100 %')
    expect(seen.foreign.filter((url) => !url.startsWith('ws://127.0.0.1:'))).toEqual([])
  })
})
