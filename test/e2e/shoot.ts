import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { z } from 'zod'
import { CampaignList } from '../../orchestrations/contracts/api.ts'
import { Board } from '../../orchestrations/contracts/board.ts'
import { connectApi } from '../../infra/local/start/api.ts'
import { openBrowser } from './browser.ts'
import { visit, type VisitOptions } from './visit.ts'

/**
 * Pictures of the page over a rehearsal that runs: `node test/e2e/shoot.ts <folder> <address> <token>`. The address
 * and the operator's token are those that `npm start` prints. A client with trouble is chosen for its details.
 */
const Arguments = z.tuple([z.string(), z.url(), z.string()])

/** Long enough for a push to come and for what is read lazily. Wire milliseconds. */
const settleMs = 3_500
const phone = { width: 360, height: 780 }

const parsed = Arguments.safeParse(process.argv.slice(2, 5))
if (!parsed.success) {
  console.error('Usage: node test/e2e/shoot.ts <folder> <address, e.g. http://127.0.0.1:7071> <token>')
  process.exitCode = 2
} else await shoot(...parsed.data)

async function shoot(folder: string, address: string, token: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const origin = new URL(address).origin
  const trouble = await troubleOf(origin, token)
  const shots: readonly [string, VisitOptions][] = [
    ['board', {}],
    ['client', { search: trouble }],
    ['client-facts', { search: `${trouble.replace(/&server=.*/, '')}&tab=facts` }],
    ['todo', { search: '?page=todo' }],
    ['servers', { search: '?page=servers' }],
    ['prepare', { search: '?page=plan' }],
    ['report', { search: '?page=report' }],
    ['updates', { search: '?page=updates' }],
    ['notices', { search: '?page=notices' }],
    ['board-phone', phone],
    ['client-phone', { search: trouble, ...phone }],
    ['todo-phone', { search: '?page=todo', language: 'fr', ...phone }],
    ['board-fr-dark', { language: 'fr', theme: 'dark' }],
    ['client-fr-dark', { search: trouble, language: 'fr', theme: 'dark' }],
  ]
  const opened = await openBrowser()
  try {
    for (const [name, options] of shots) await picture(opened.browser, origin, token, folder, name, options)
  } finally {
    await opened.close()
  }
}

async function picture(
  browser: Browser,
  origin: string,
  token: string,
  folder: string,
  name: string,
  options: VisitOptions,
): Promise<void> {
  const seen = await visit(browser, origin, { ...options, token })
  const { page, complaints } = seen
  await page.locator('.navigation').waitFor()
  await page.waitForTimeout(settleMs)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  console.log(`${name}.png${complaints.map((one) => `\n  the browser complained: ${one}`).join('')}`)
  await seen.close()
}

/** The address of the first client that needs somebody, with its server; the first client when none does. */
async function troubleOf(origin: string, token: string): Promise<string> {
  const api = connectApi(origin, token)
  const { campaigns } = await api.get('campaigns', CampaignList)
  const newest = campaigns.toSorted((a, b) => b.createdAt - a.createdAt)[0]
  if (!newest) return '?'
  const { clients } = await api.get(`campaigns/${newest.campaignId}`, Board)
  const row =
    clients.find(({ trouble }) => trouble?.outcome === 'needsOperator') ?? clients.find((one) => one.trouble)
  const chosen = row ?? clients[0]
  if (!chosen) return '?'
  const server = row?.trouble ? `&server=${row.trouble.serverId}` : ''
  return `?client=${chosen.clientId}${server}`
}
