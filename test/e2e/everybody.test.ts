import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { openRoom, patience } from './room.ts'
import { axeViolations } from './visit.ts'

const room = openRoom()

/** Every page with something on it, the client's parts among them. */
const places = [
  '?client=client-15&server=client-15.app01',
  '?client=client-15&tab=facts',
  '?client=client-15&tab=history',
  '?page=todo',
  '?page=servers',
  '?page=plan',
  '?page=newPlan',
  '?page=report&for=client-15',
  '?page=updates',
  '?page=notices',
  '?page=inventory',
]

/** What a page shows once it has been read: a heading, and nothing that still loads. */
async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await expect.poll(() => page.locator('.fui-Spinner').count(), patience).toBe(0)
}

describe('axe finds nothing', () => {
  // Words and colours fail each by itself: every language and every theme, not each with each.
  it.each([
    { language: 'en', theme: 'light' },
    { language: 'fr', theme: 'dark' },
    { language: 'fr', theme: 'contrast' },
  ] as const)(
    'on every page: $language, $theme',
    async ({ language, theme }) => {
      const { page } = await room.enter({ language, theme, search: places[0] ?? '' })
      const found: string[] = []
      for (const place of places) {
        await page.goto(`${room.atlas.origin}/${place}`)
        await settled(page)
        if (place.includes('client=')) await page.locator('.panel .tabs').waitFor()
        found.push(...(await axeViolations(page)).map((violation) => `${place} ${violation}`))
      }
      expect(found).toEqual([])
    },
    120_000,
  )

  it('in dialogs with a required reason, with a table, and with results of several', async () => {
    const { page } = await room.enter({ search: '?page=servers&state=failed&ticked=all' })
    await page.getByText('4 chosen').waitFor()
    await page.getByRole('button', { name: 'Exclude', exact: true }).click()
    await page.keyboard.press('Enter')
    const found = await axeViolations(page)
    await page.keyboard.type('replaced')
    await page.keyboard.press('Enter')
    await page.getByText('4 of 4 answered').waitFor()
    expect([...found, ...(await axeViolations(page))]).toEqual([])
  })
})

describe('at 360 px', () => {
  it.each(['en', 'fr'] as const)(
    'no page scrolls sideways: %s',
    async (language) => {
      const { page } = await room.enter({ language, width: 360, height: 780, search: places[0] ?? '' })
      const wide: string[] = []
      for (const place of places) {
        await page.goto(`${room.atlas.origin}/${place}`)
        await settled(page)
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        const panel = await page.evaluate(() => {
          const found = document.querySelector('.panel')
          return found ? found.scrollWidth - found.clientWidth : 0
        })
        if (over > 0 || panel > 0) wide.push(`${place}: ${over} ${panel}`)
      }
      expect(wide).toEqual([])
    },
    90_000,
  )

  it('the stop is two actions away on every page', async () => {
    const { page } = await room.enter({ width: 360, height: 780, search: places[0] ?? '' })
    for (const place of places) {
      await page.goto(`${room.atlas.origin}/${place}`)
      await settled(page)
      await page.locator('.stop-button').click()
      await page.getByRole('dialog').getByText('Stop everything now?').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    const before = room.atlas.requests.filter(({ path }) => path === '/api/stop').length
    await page.locator('.stop-button').click()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => room.atlas.requests.filter(({ path }) => path === '/api/stop').length, patience)
      .toBe(before + 1)
  }, 90_000)
})

/** Presses Tab until the element with this name has the focus, as who has no mouse does. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let pressed = 0; pressed < 150; pressed += 1) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(() => {
      const active = document.activeElement
      const label = active instanceof HTMLInputElement ? active.labels?.[0]?.textContent : undefined
      const visible = active ? getComputedStyle(active).outlineStyle !== 'none' : false
      return { text: active?.getAttribute('aria-label') ?? label ?? active?.textContent ?? '', visible }
    })
    if (typeof name === 'string' ? here.text.trim() === name : name.test(here.text)) return
  }
  throw new Error(`${String(name)} was never reached by Tab`)
}

describe('with the keyboard alone', () => {
  it('a failed server’s cause is read and it is retried', async () => {
    const { page } = await room.enter()
    await page.locator('.list').waitFor()
    await tabTo(page, 'Domaine Moreau')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary').getByText('0x80070643').waitFor()
    await tabTo(page, 'Retry APP01')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => room.atlas.requests.some(({ path }) => path.endsWith('/retry')), patience)
      .toBe(true)
    await page.keyboard.press('Escape')
    await page.getByRole('complementary').waitFor({ state: 'detached' })
  })

  it('a client is paused, stopped and excluded', async () => {
    const { page } = await room.enter({ search: '?client=client-20' })
    await page.getByRole('complementary').waitFor()
    for (const [name, reason] of [
      ['Pause', ''],
      ['Stop', ''],
      ['Exclude', 'They phoned'],
    ] as const) {
      await page.locator('.panel').focus()
      await tabTo(page, name)
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.type(reason)
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    const verbs = () =>
      room.atlas.requests
        .map(({ path }) => /^\/api\/clients\/client-20\/(\w+)$/.exec(path)?.[1])
        .filter(Boolean)
    await expect.poll(verbs, patience).toEqual(['pause', 'stop', 'exclude'])
  })

  it('an open item is taken and noted, servers are ticked and retried, an update is blocked', async () => {
    const { page } = await room.enter()
    await tabTo(page, /^To do/)
    await page.keyboard.press('Enter')
    await page.locator('.todo-item').first().waitFor()
    await tabTo(page, /^Take Boulangerie/)
    await page.keyboard.press('Enter')
    await tabTo(page, /^Note on/)
    await page.keyboard.press('Enter')
    await page.keyboard.type('Called')
    await page.keyboard.press('Enter')
    await page.goto(`${room.atlas.origin}/?page=servers`)
    await page.locator('.server-rows li').first().waitFor()
    await tabTo(page, /^Choose APP01/)
    await page.keyboard.press('Space')
    await page.getByText('1 chosen').waitFor()
    await page.locator('h1').click()
    await tabTo(page, 'Retry')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.getByText('1 of 1 answered').waitFor()
    await page.goto(`${room.atlas.origin}/?page=updates`)
    await page.getByRole('row').nth(1).waitFor()
    await tabTo(page, 'Block KB5031364')
    await page.keyboard.press('Enter')
    await page.keyboard.type('printers stop')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => room.atlas.requests.some(({ path }) => path.endsWith('/block')), patience)
      .toBe(true)
  })
})
