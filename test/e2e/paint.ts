import type { Page } from 'playwright-core'
import { importInventory } from '../../infra/local/start/campaign.ts'
import { PlanAnswer } from '../../orchestrations/contracts/api.ts'
import { generatedInventory } from '../../orchestrations/contracts/demo/index.ts'
import { writeInventoryCsv } from '../../orchestrations/contracts/inventory.ts'
import { startLiveHost } from '../support/liveHost.ts'
import { openBrowser } from './browser.ts'
import { buildPage } from './buildPage.ts'
import { sceneBoard } from './scene.ts'
import { startStandIn } from './standIn.ts'
import { visit } from './visit.ts'

/**
 * `node test/e2e/paint.ts [--real]`: how long the page takes from an interaction to the next paint with 300 clients of 33
 * servers, as the browser's own event timing says (steps of 8 ms), and how many nodes it holds. The bars:
 * 200 ms, 2,500 nodes. A measurement, no test: the machine's other work is in the figures. `--real`: the host itself
 * serves page and data, of a campaign that is planned; without it a stand-in serves one that is under way.
 */
const rounds = 5
const size = { clients: 300, serversEach: 33 }

const built = await buildPage()
const opened = await openBrowser()
const atlas = process.argv.includes('--real') ? await real(built.folder) : await standIn(built.folder)
try {
  const { origin, token } = atlas
  const { page } = await visit(opened.browser, origin, { width: 1920, height: 1080, token })
  await page.locator('.list').waitFor()
  await page.evaluate(() => {
    const durations: number[] = []
    // The type does not know the threshold yet.
    const options: PerformanceObserverInit & { durationThreshold: number } = {
      type: 'event',
      durationThreshold: 16,
    }
    Object.assign(window, { durations })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) durations.push(entry.duration)
    }).observe(options)
  })
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const type = async (text: string) => {
    await page.locator('.search input').focus()
    await page.keyboard.type(text)
    for (const _ of text) await page.keyboard.press('Backspace')
  }
  await measure(
    page,
    'list to tiles',
    () => press('Tiles'),
    () => press('List'),
  )
  await measure(
    page,
    'tiles to list',
    () => press('List'),
    () => press('Tiles'),
  )
  await press('List')
  await page.locator('.list').waitFor()
  await measure(page, 'filter the list', () => type('ançay'))
  await page.getByRole('button', { name: 'Tiles', exact: true }).click()
  await page.locator('.tile-table [role=row]').nth(1).waitFor({ state: 'attached' })
  await measure(page, 'filter the tiles', () => type('ançay'))
  await page.locator('.tile-table [tabindex="0"]').focus()
  await measure(page, 'arrow keys over tiles', () => page.keyboard.press('ArrowRight'))
  await measure(
    page,
    'open a client from the tiles',
    () => page.keyboard.press('Enter'),
    async () => {
      await page.keyboard.press('Escape')
      await page.locator('.tile-table [tabindex="0"]').focus()
    },
  )
  const link = (name: string) => page.getByRole('link', { name, exact: true }).click()
  await measure(
    page,
    'board to servers',
    () => link('Servers'),
    () => link('Board'),
  )
  await link('Servers')
  // Of a campaign that is planned no server is in trouble.
  await page.locator('.server-rows li, .nothing').first().waitFor()
  const state = page.locator('select[aria-label=State]')
  await measure(
    page,
    'all servers',
    async () => {
      await state.focus()
      await page.keyboard.press('ArrowDown')
    },
    async () => {
      await page.keyboard.press('ArrowUp')
    },
  )
} finally {
  await opened.close()
  await atlas.close()
  await built.remove()
}

async function standIn(folder: string) {
  const { origin, world, close } = await startStandIn(folder)
  world.board = sceneBoard(size.clients, size.serversEach)
  return { origin, token: 'operator', close }
}

async function real(folder: string) {
  const host = await startLiveHost({ page: folder })
  const { clients, serversEach } = size
  const inventory = generatedInventory(clients * serversEach, { oneRing: false, clients })
  const csv = new TextEncoder().encode(writeInventoryCsv(inventory))
  await importInventory(host.api, { name: 'fleet.csv', csv, inventory })
  const plan = {
    name: 'Paint',
    selection: { kind: 'everything' },
    updates: { ids: [], categories: ['security'] },
  }
  await host.api.post('campaigns', plan, PlanAnswer)
  return { origin: host.base, token: host.token, close: () => host.remove() }
}

/** Does it several times; prints the longest interaction, the middle one, and the nodes after it. */
async function measure(
  page: Page,
  name: string,
  act: () => Promise<void>,
  undo: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const longest: number[] = []
  let nodes = 0
  for (let round = 0; round < rounds; round += 1) {
    await quiet(page)
    await page.evaluate(() => (window as unknown as { durations: number[] }).durations.splice(0))
    await act()
    await quiet(page)
    const seen = await page.evaluate(() => (window as unknown as { durations: number[] }).durations)
    longest.push(Math.max(0, ...seen))
    nodes = Math.max(nodes, await page.evaluate(() => document.querySelectorAll('*').length))
    await undo()
  }
  longest.sort((a, b) => a - b)
  const middle = longest[Math.floor(longest.length / 2)]
  console.log(`${name.padEnd(30)} longest ${longest.at(-1)} ms, middle ${middle} ms, ${nodes} nodes`)
}

/** Long enough for what was touched to be painted and its timing reported. */
function quiet(page: Page): Promise<void> {
  return page.waitForTimeout(400)
}
