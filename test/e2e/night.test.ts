import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../functions/http/respond.ts'
import { openRoom, patience } from './room.ts'
import { problem, type Request } from './standIn.ts'

const room = openRoom()

/** Every click that reaches the page, as an operator makes them. */
async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    addEventListener(
      'click',
      ({ detail }) => {
        // A click that a key made has no detail.
        if (detail > 0)
          document.body.dataset['clicks'] = String(Number(document.body.dataset['clicks'] ?? 0) + 1)
      },
      true,
    )
  })
  return async () => Number(await page.evaluate(() => document.body.dataset['clicks'] ?? 0))
}

const asked = (path: RegExp, method = 'POST'): Request[] =>
  room.atlas.requests.filter((one) => one.method === method && path.test(one.path))
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const said = (page: Page, text: string | RegExp) => page.locator('.notices').getByText(text).first().waitFor()

describe('a new plan', () => {
  it('offers categories of updates in the reader’s words, and asks for them by their codes', async () => {
    const { page } = await room.enter({ language: 'fr', search: '?page=newPlan' })
    const category = (name: string) => page.getByRole('checkbox', { name, exact: true })
    await category('mises à jour de sécurité').waitFor()
    expect(await category('autres mises à jour').isChecked()).toBe(false)
    await category('mises à jour critiques').uncheck()
    await category('autres mises à jour').check()
    await button(page, 'Faire le plan').click()
    await expect.poll(() => asked(/campaigns$/).length, patience).toBe(1)
    expect(asked(/campaigns$/)[0]?.body).toMatchObject({
      updates: { ids: [], categories: ['security', 'updateRollup', 'definition', 'other'] },
    })
  })
})

describe('a client at the side', () => {
  it('tells a failed server’s cause in at most three clicks from the board', async () => {
    const { page } = await room.enter()
    await page.locator('.list').waitFor()
    const clicks = await countClicks(page)
    await page.locator('.list-row .client-name').first().click()
    await page.getByRole('complementary').getByText('0x80070643').waitFor()
    expect(await clicks()).toBeLessThanOrEqual(3)
  })

  it('is paused in two clicks, and shows the change only once the server says so', async () => {
    const { page } = await room.enter({ search: '?client=client-20' })
    const panel = page.getByRole('complementary')
    const clicks = await countClicks(page)
    await panel.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await said(page, 'accepted')
    expect(await clicks()).toBe(2)
    expect(await panel.getByText('paused by').count()).toBe(0)
    const row = room.atlas.world.board?.clients.find(({ clientId }) => clientId === 'client-20')
    if (!row) throw new Error('the scene has no client-20')
    const paused = { kind: 'paused', reason: '', actor: 'M. Durand' } as const
    await room.atlas.push(room.atlas.fleetFrame([{ ...row, revision: row.revision + 1, state: paused }]))
    await panel.getByText('paused by M. Durand').first().waitFor()
  })

  it('tells a refusal in the language that is read, asked for at that moment', async () => {
    const refused = new Refusal('clientIsStopped', { clientId: 'client-20' })
    room.atlas.world.intercept = ({ path, headers }) =>
      path.endsWith('/client-20/pause')
        ? { status: 409, body: refused.in(headers['accept-language'] === 'fr' ? 'fr' : 'en') }
        : undefined
    const { page } = await room.enter({ language: 'fr', search: '?client=client-20' })
    // From the first call on: being let in may be refused as well.
    expect(new Set(room.atlas.requests.map(({ headers }) => headers['accept-language']))).toEqual(
      new Set(['fr']),
    )
    const pause = async (name: string) => {
      await page.getByRole('complementary').getByRole('button', { name, exact: true }).first().click()
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
    }
    await pause('Pause')
    await said(page, 'Le client client-20 est arrêté. Une pause laisserait continuer ses serveurs.')
    await page.locator('button[lang=en]').click()
    await pause('Pause')
    await said(page, 'Client client-20 is stopped. A pause would let its servers go on.')
    expect(asked(/pause$/).map(({ headers }) => headers['accept-language'])).toEqual(['fr', 'en'])
  })

  it('asks for a reason before it excludes, and sends nothing without one', async () => {
    const { page } = await room.enter({ search: '?client=client-15' })
    await page
      .getByRole('complementary')
      .getByRole('button', { name: 'Exclude', exact: true })
      .first()
      .click()
    await page.keyboard.press('Enter')
    await page.getByText('Say why: it is kept in the ledger.').waitFor()
    expect(asked(/exclude$/)).toEqual([])
    await page.keyboard.type('They move offices')
    await page.keyboard.press('Enter')
    await said(page, 'Exclude Hôtel St-Jean: accepted')
    expect(asked(/exclude$/).map(({ body }) => body)).toEqual([{ reason: 'They move offices' }])
  })

  it('offers each verb that fits its servers, with a body that the API takes', async () => {
    const { page } = await room.enter({ search: '?client=client-15&server=client-15.app01' })
    const confirmWith = async (name: string, reason?: string) => {
      await button(page, name).click()
      await page.getByRole('dialog').waitFor()
      if (reason !== undefined) await page.keyboard.type(reason)
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await confirmWith('Retry APP01')
    await confirmWith('Resolve… APP01', 'Service started by hand')
    await confirmWith('Exclude APP01', 'being replaced')
    await confirmWith('Waive backup… APP01', 'moved this week')
    await expect.poll(() => asked(/waivers$/).length, patience).toBe(1)
    const bodyOf = (path: RegExp) => asked(path)[0]?.body
    expect(bodyOf(/retry$/)).toMatchObject({ campaignId: 'camp-2026-11' })
    expect(asked(/retry$/)[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(bodyOf(/resolve$/)).toMatchObject({ outcome: 'succeeded', reason: 'Service started by hand' })
    expect(bodyOf(/servers\/.*exclude$/)).toEqual({ reason: 'being replaced' })
    expect(bodyOf(/waivers$/)).toMatchObject({ serverId: 'client-15.app01', reason: 'moved this week' })
  })

  it('keeps earlier attempts readable, and who carried a step out', async () => {
    const { page } = await room.enter({ search: '?client=client-15&server=client-15.app01' })
    const card = page.locator('.server[data-chosen]')
    await card.getByText('SQL Server (MSSQLSERVER) is stopped.').waitFor()
    await card.getByText('checkpoint · on HV01').waitFor()
    await card.getByRole('button', { name: 'attempt 1' }).click()
    await card.getByText('WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL').waitFor()
    expect(await card.locator('.steps li').count()).toBe(3)
    expect(await card.locator('.bar-failed').count()).toBe(1)
  })

  it('says what a running step usually takes, and what stands that can undo', async () => {
    const busy = room.atlas.world.board?.clients.find(({ cells }) => /^s{3,}r/.test(cells))
    const { page } = await room.enter({ search: `?client=${busy?.clientId ?? ''}` })
    const panel = page.getByRole('complementary')
    await panel
      .getByText(/usually 5 min \(\d+ times here\)/)
      .first()
      .waitFor()
    await button(page, 'Client').click()
    await panel.getByText('atlas-camp-2026-11, since').waitFor()
    expect(await panel.locator('.facts dd').first().innerText()).toContain('Sat, Sun 00:00, 24 h')
  })

  it('has an address that survives a reload and that back leaves', async () => {
    const { page } = await room.enter()
    await page.locator('.list-row .client-name').first().click()
    const panel = page.getByRole('complementary')
    await button(page, 'History').click()
    await page.reload()
    await panel.getByText('FS01 checkpoint sent').waitFor()
    await page.goBack()
    await panel.waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('client=')
  })

  it('says what to do when the campaign has no such client or server', async () => {
    const { page } = await room.enter({ search: '?client=nobody' })
    await page.getByText('has no client “nobody”').waitFor()
    await page.goto(`${room.atlas.origin}/?client=client-1&server=client-1.gone`)
    await page.getByText('has no server “client-1.gone”').waitFor()
    expect(await page.locator('.server').count()).toBe(10)
  })
})

describe('servers', () => {
  it('come failed first by themselves, and their filters stay in the address', async () => {
    const { page } = await room.enter({ search: '?page=servers&state=all' })
    await page.locator('.server-rows li').first().waitFor()
    const states = await page.locator('.server-row-state').allInnerTexts()
    const order = ['needs an operator', 'unknown', 'failed', 'rolled back', 'in progress']
    expect(states.map((state) => order.indexOf(state))).toEqual(
      states.map((state) => order.indexOf(state)).sort((a, b) => a - b),
    )
    await page.locator('select[aria-label=State]').selectOption('failed')
    await expect.poll(() => page.locator('.server-rows li').count(), patience).toBe(4)
    await page.locator('.server-rows input').nth(1).check()
    await page.reload()
    await expect.poll(() => page.locator('.server-rows input:checked').count(), patience).toBe(1)
    expect(page.url()).toContain('state=failed')
  })

  it('are retried together: the count before, what became of each after', async () => {
    room.atlas.world.intercept = ({ path }) =>
      path.endsWith('/hv01/retry') || path.includes('.hv01/retry')
        ? problem(409, 'Conflict', 'Its place has not ended.', 'Wait for it.')
        : undefined
    const { page } = await room.enter({ search: '?page=servers&state=failed' })
    await button(page, 'Choose all that these filters show').click()
    await page.getByText('4 chosen').waitFor()
    await button(page, 'Retry').click()
    await page.getByRole('heading', { name: 'Try 4 servers again?' }).waitFor()
    expect(asked(/retry$/)).toEqual([])
    await page.keyboard.press('Enter')
    await page.getByText('4 of 4 answered · 3 accepted · 1 refused').waitFor()
    const first = await page.locator('.bulk-results li').first().innerText()
    expect(first).toContain('Its place has not ended. Wait for it.')
    expect(asked(/retry$/)).toHaveLength(4)
  })

  it('wait as long as the server says when they are too many', async () => {
    let refused = 0
    room.atlas.world.intercept = ({ path }) => {
      if (!path.endsWith('/retry') || refused > 0) return undefined
      refused += 1
      return { ...problem(429, 'Too many'), headers: { 'retry-after': '1' } }
    }
    const { page } = await room.enter({ search: '?page=servers&state=failed&ticked=all' })
    await page.getByText('4 chosen').waitFor()
    await button(page, 'Retry').click()
    await page.keyboard.press('Enter')
    await page.getByText('4 of 4 answered · 4 accepted · 0 refused').waitFor()
    expect(asked(/retry$/)).toHaveLength(5)
  })
})

const asksFor = (requestedBy: string) => ({
  approvalId: 'a2',
  action: 'unlockClient',
  requestedBy,
  requestedAt: 1,
  expiresAt: 2,
  request: 'POST /api/clients/client-15/unlock',
  state: { kind: 'waiting' },
})

describe('to do', () => {
  it('is counted in the bar, taken with the version that was read, and leads to its cause', async () => {
    const { page } = await room.enter()
    const link = page.getByRole('link', { name: /^To do/ })
    await link.getByText('11').waitFor()
    await link.click()
    const items = page.locator('.todo-item')
    await items.first().getByText('taken by C. Petit').waitFor()
    await items.first().getByText('waits for their DBA').waitFor()
    await items.nth(1).getByRole('button', { name: /^Take/ }).click()
    await said(page, 'accepted')
    expect(asked(/take$/)[0]?.headers['if-match']).toBe('"1"')
    await items.first().getByRole('link').click()
    await page.getByRole('complementary').getByText('0x80070643').waitFor()
  })

  it('says that somebody was faster', async () => {
    room.atlas.world.intercept = ({ path }) => (path.endsWith('/take') ? problem(412, 'Changed') : undefined)
    const { page } = await room.enter({ search: '?page=todo' })
    await page.locator('.todo-item').nth(1).getByRole('button', { name: /^Take/ }).click()
    await said(page, 'Somebody changed it meanwhile')
    expect(asked(/take$/)).toHaveLength(1)
  })

  it('takes over after asking, notes with a next decision, and lets a host in', async () => {
    const { page } = await room.enter({ search: '?page=todo' })
    const first = page.locator('.todo-item').first()
    await first.getByRole('button', { name: /^Take over/ }).click()
    await page.getByText('C. Petit has it now').waitFor()
    await page.keyboard.press('Enter')
    await first.getByRole('button', { name: /^Note/ }).click()
    await page.keyboard.type('Their DBA calls back')
    await page.getByLabel('Next decision in').selectOption('2')
    await page.keyboard.press('Enter')
    await expect.poll(() => asked(/note$/).length, patience).toBe(1)
    expect(asked(/take$/)[0]?.body).toEqual({ force: true })
    expect(asked(/note$/)[0]?.body).toMatchObject({ text: 'Their DBA calls back' })
    await button(page, 'Approve: NEW01').click()
    await page.getByText('Compare its key with what the host shows').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => asked(/enrolments\/.*approve$/).length, patience).toBe(1)
  })

  it('lets the second person allow what another asked for, and nobody else', async () => {
    const operator = await room.enter({ search: '?page=todo' })
    const approve = 'Approve: unlock a client'
    await button(operator.page, approve).waitFor()
    expect(await button(operator.page, approve).getAttribute('aria-disabled')).toBe('true')
    room.atlas.world.intercept = ({ path }) =>
      path === '/api/approvals' ? { status: 200, body: { approvals: [asksFor('M. Durand')] } } : undefined
    const { page } = await room.enter({ search: '?page=todo', token: 'approver' })
    await button(page, approve).click()
    await page.keyboard.press('Enter')
    await expect.poll(() => asked(/approvals\/a2\/approve$/).length, patience).toBe(1)
  })

  it('says when a second person is needed', async () => {
    room.atlas.world.intercept = ({ path }) =>
      path.endsWith('/unlock') ? { status: 202, body: asksFor('M. Durand') } : undefined
    const { page } = await room.enter({ search: '?client=client-15' })
    await button(page, 'Unlock').click()
    await page.keyboard.type('campaign of October is dead')
    await page.keyboard.press('Enter')
    await said(page, 'a second person has to allow it')
    expect(asked(/unlock$/)[0]?.body).toEqual({ reason: 'campaign of October is dead' })
  })
})

describe('who may only look', () => {
  it('learns why each button is of no use, and sends nothing', async () => {
    const { page } = await room.enter({
      token: 'observer',
      search: '?client=client-15&server=client-15.app01',
    })
    const retry = button(page, 'Retry APP01')
    await retry.waitFor()
    expect(await retry.getAttribute('aria-disabled')).toBe('true')
    expect(await retry.getAttribute('aria-description')).toBe(
      'You are observer; this takes operator. Ask somebody who is.',
    )
    await retry.click({ force: true })
    await page.keyboard.press('F9')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(
      room.atlas.requests.filter(({ method, path }) => method === 'POST' && !path.endsWith('negotiate')),
    ).toEqual([])
  })
})
