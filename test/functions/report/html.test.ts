import { afterAll, beforeAll, expect, test } from 'vitest'
import { htmlReport } from '../../../functions/report/html.ts'
import { reportedClient, reportOf } from '../../../orchestrations/contracts/reportOf.ts'
import { CampaignId } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { openBrowser } from '../../e2e/browser.ts'
import { axeViolations } from '../../e2e/visit.ts'
import { demoSlice } from '../../support/demoSlice.ts'

const start = Date.parse('2026-11-20T23:00:00Z')
const inventory = demoSlice(40, 10)
const clients = inventory.clients.map((config) => {
  const servers = inventory.servers.filter(({ clientId }) => clientId === config.clientId)
  const runs = servers.map(({ serverId }, index) => ({
    serverId,
    attempts: 1,
    updates: [{ id: 'u', kb: 'KB5048123', title: '2026-11 Cumulative Update', result: 'succeeded' as const }],
    build: '10.0.20348.2849',
    state: {
      kind: 'ended' as const,
      outcome: index % 4 === 3 ? ('needsOperator' as const) : ('succeeded' as const),
      startedAt: start,
      endedAt: start + 3_600_000,
      reason: reason('noAnswer', { sinceAt: start, step: 'reboot' }),
    },
  }))
  const facts = {
    config,
    servers,
    runs,
    commands: [],
    waivers: [],
    checkpoints: [],
    heldJobs: [],
    quarantined: new Map(),
    windows: [],
  }
  return reportedClient(facts, start)
})
const head = {
  campaignId: CampaignId.parse('2026-11'),
  name: 'Novembre',
  state: { kind: 'ended' as const },
  planHash: 'x',
  requestedBy: 'anna',
  createdAt: start,
  startedAt: start,
  endedAt: start + 1,
}
const fleet = reportOf(head, clients, start)
const [first] = clients
const own = reportOf(head, clients.slice(0, 1), start, first?.clientId)

let opened: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  opened = await openBrowser()
})
afterAll(() => opened.close())

test.each([
  ['the fleet', fleet, 'en'],
  ['the fleet', fleet, 'fr'],
  ['one client', own, 'en'],
  ['one client', own, 'fr'],
] as const)('The report of %s is accessible (axe, %#)', async (_, report, language) => {
  const page = await opened.browser.newPage()
  await page.setContent([...htmlReport(report, language, 'Europe/Paris')].join(''))
  const found = await axeViolations(page)
  await page.close()
  expect(found).toEqual([])
})

test('On A4 no column is cut off, and on a phone no page scrolls sideways', async () => {
  const page = await opened.browser.newPage()
  await page.setContent([...htmlReport(fleet, 'fr', 'Europe/Paris')].join(''))
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  await page.setViewportSize({ width: 360, height: 700 })
  expect(await overflow()).toBeLessThanOrEqual(0)
  await page.emulateMedia({ media: 'print' })
  // The width of A4 without its margins, at 96 dots an inch.
  await page.setViewportSize({ width: 695, height: 1000 })
  const cut = await page.evaluate(
    () =>
      [...document.querySelectorAll('.wide')].filter((one) => one.scrollWidth > one.clientWidth + 1).length,
  )
  expect(cut).toBe(0)
  await page.close()
})
