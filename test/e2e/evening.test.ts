import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cellLetters } from '../../orchestrations/contracts/board.ts'
import { openRehearsal, type Rehearsal } from '../support/rehearsal.ts'
import { openBrowser } from './browser.ts'
import { evening, eveningInventory } from './eveningScene.ts'
import { askReal, buildRealPage, sessionOf } from './realRun.ts'
import { axeViolations, type Visit, visit } from './visit.ts'

let folder: string
let rehearsal: Rehearsal
let opened: Awaited<ReturnType<typeof openBrowser>>
let seen: Visit
let page: Page
let ask: ReturnType<typeof askReal>

/** Longest wait for one thing: the machine may be busy with other tests. */
const patienceMs = 240_000

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-evening-'))
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const inventory = file('servers.csv', eveningInventory())
  rehearsal = await openRehearsal({
    scenario: file('evening.json', JSON.stringify(evening)),
    speed: 600,
    more: ['--by-hand', '--inventory', inventory],
  })
  opened = await openBrowser()
  await buildRealPage()
  await rehearsal.started(rehearsal.start())
  ask = askReal(rehearsal)
  seen = await visit(opened.browser, rehearsal.base, { token: sessionOf(rehearsal).token })
  page = seen.page
  page.setDefaultTimeout(patienceMs)
}, 300_000)

afterAll(async () => {
  await rehearsal?.remove()
  await opened?.close()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** Each step takes up where the one before it left off. */
let isBroken = false
beforeEach(({ onTestFailed, skip }) => {
  skip(isBroken, 'an earlier step has failed')
  onTestFailed(() => {
    isBroken = true
  })
})

const polling = { timeout: patienceMs, interval: 200 }
// oxlint-disable-next-line vitest/require-awaited-expect-poll -- its callers await it
const eventually = <T>(look: () => Promise<T> | T) => expect.poll(look, polling)
const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const panel = () => page.getByRole('complementary')
const said = (text: string | RegExp) => page.getByRole('status').getByText(text).last().waitFor()
const go = (name: string | RegExp) =>
  page
    .getByRole('navigation')
    .getByRole('link', { name, exact: typeof name === 'string' })
    .click()
const confirm = async (name: string) => button(name, dialog()).click()
const serverOf = (host: string) => panel().locator('li.server', { hasText: host })
const closePanel = () => button('Close', panel()).click()

/** Presses these one after the other: how many it takes is what the test is about. */
async function clicks(...places: readonly Locator[]): Promise<number> {
  for (const place of places) await place.click()
  return places.length
}

async function clientNamed(name: string) {
  const row = (await ask.board()).clients.find((client) => client.name === name)
  if (!row) throw new Error(`The board has no client ${name}`)
  return row
}

async function download(press: Locator): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), press.click()])
  const path = join(folder, file.suggestedFilename())
  await file.saveAs(path)
  return readFileSync(path, 'utf8')
}

/** One evening, from the inventory to Monday's report, on the real app and by the page alone. */
describe('an evening at the page', { timeout: 600_000 }, () => {
  it('takes an inventory: a file that is refused, then the same file corrected, which changes only a client', async () => {
    await go('Inventory')
    const file = join(folder, 'rmm.csv')
    const choose = async (ring: string, contact: string) => {
      writeFileSync(file, `Société;Serveur;Anneau;Contact\nNotaires Roux;NR-PARIS-DC01;${ring};${contact}\n`)
      const asked = page.waitForEvent('filechooser')
      await page.getByLabel('Inventory file').click()
      await (await asked).setFiles(file)
    }
    await choose('7', 'Mme Roux')
    await page.getByText('"7" is no ring.').waitFor()
    await choose('1', 'Mme Roux, 01 44 00 00 04')
    await page.getByText('0 new · 0 changed').waitFor()
    await button('Apply').click()
    await confirm('Apply')
    await said(/^Applied/)
    expect(await page.getByText('is no ring').count()).toBe(0)
  })

  it('makes a plan, prepares it, and waives the backup of a server from the list of those that are not ready', async () => {
    await go('Plan')
    await button('Make the plan').click()
    await button('Prepare').click()
    await dialog().getByLabel('Download').selectOption({ label: 'nothing, only look' })
    await confirm('Prepare')
    await page.getByText(/^Made by .* It can be repeated until START\.$/).waitFor()
    await page.getByText('Refused: no restore point was found').waitFor()
    await button('NR-PARIS-APP01').click()
    await button('Waive backup… NR-PARIS-APP01').click()
    await dialog().getByLabel('Reason').fill('rebuilt from code')
    await dialog().getByLabel('For how long').selectOption({ label: '31 days' })
    await confirm('Waive backup…')
    await panel().getByText('rebuilt from code').waitFor()
    expect(await button('Require backup NR-PARIS-APP01').count()).toBe(1)
    await closePanel()
  })

  it('is approved by another person only, and started', async () => {
    const approver = page.getByLabel('Token of the approver')
    await approver.fill(sessionOf(rehearsal).token)
    await button('Approve').click()
    await said(/^Approve: refused\. You may not do this\./)
    await approver.fill(sessionOf(rehearsal, 'approver').token)
    await button('Approve').click()
    // The refusal of before gives its place to what became of it.
    await said('Approved by Mme Lefèvre')
    expect(await page.getByText('Approve: refused').count()).toBe(0)
    await button('START ALL').click()
    await confirm('START ALL')
    await page.locator('.campaign-running').waitFor()
  })

  it('holds a ring and takes the hold back, which promotes nothing', async () => {
    await button('Hold ring 1 Pilot').click()
    await confirm('Hold')
    await page.locator('.ring-held').waitFor()
    await button('Resume ring 1 Pilot').click()
    await confirm('Resume')
    await page.locator('.ring-held').waitFor({ state: 'detached' })
    const { rings } = await ask.board()
    expect(rings.filter(({ promotedBy }) => promotedBy !== undefined)).toEqual([])
  })

  it('shows why a server failed within three clicks, and tries it again, which fails as before', async () => {
    const trouble = button(/1 failed/)
    await trouble.waitFor()
    const taken = await clicks(trouble, button('Boulangerie Ançay'))
    const server = serverOf('BA-PARIS-APP01')
    await server.getByText('There is no room on the disk').first().waitFor()
    await server.getByText('0x80070070').first().waitFor()
    expect(taken).toBeLessThanOrEqual(3)
    await button('Retry BA-PARIS-APP01').click()
    await dialog().getByLabel('Reason').fill('disk freed')
    await confirm('Retry')
    await said(/^Retry BA-PARIS-APP01: accepted/)
    await server.getByText('2 attempts').waitFor()
    await button('Retry BA-PARIS-APP01').waitFor()
    await button('History', panel()).click()
    await panel().getByText('BA-PARIS-APP01 tried again').waitFor()
    await panel().getByText('« disk freed »').waitFor()
    await closePanel()
  })

  it('resolves a server that needs somebody, and the client goes on with its next', async () => {
    await button(/1 server needs an operator/).waitFor()
    await button('Garage Méridien').click()
    await button('Resolve… GM-PARIS-FS01').click()
    await dialog().getByLabel('It ended as').selectOption('succeeded')
    await dialog().getByLabel('What you found').fill('spooler started by hand')
    await confirm('Resolve…')
    await panel().getByText('Resolved by M. Durand: spooler started by hand').first().waitFor()
    await closePanel()
    await page.getByLabel('Show').first().selectOption('all')
    await eventually(async () => (await clientNamed('Garage Méridien')).cells).toMatch(/^s[rs]$/)
    expect((await clientNamed('Garage Méridien')).trouble).toBeUndefined()
  })

  it('pauses a client who phones within two clicks, in the name of who called', async () => {
    const pause = button('Pause Notaires Roux')
    await pause.click()
    await dialog().getByLabel('Who asked for it').fill('Mme Roux')
    expect(1 + (await clicks(button('Pause', dialog())))).toBe(2)
    await page.getByText('paused by M. Durand: Mme Roux').first().waitFor()
    await button('Resume Notaires Roux').click()
    await confirm('Resume')
    await pause.waitFor()
  })

  it('leaves out a server until a day that is said, and says so at the server', async () => {
    await button('Notaires Roux').click()
    await panel().getByText('NR-PARIS-SQL01').click()
    await button('Exclude NR-PARIS-SQL01').click()
    await confirm('Exclude')
    await dialog().getByText('Say why: it is kept in the ledger.').waitFor()
    await dialog().getByLabel('Reason').fill('month end')
    await dialog().getByLabel('For how long').selectOption({ label: '31 days' })
    await confirm('Exclude')
    await panel()
      .getByText(/^Excluded by M\. Durand until .*: month end$/)
      .waitFor()
    await button('Include NR-PARIS-SQL01').waitFor()
    expect(await button('Exclude NR-PARIS-SQL01').count()).toBe(0)
    await closePanel()
  })

  it('hands over a server that stays silent: taken, noted with its next decision, and resolved', async () => {
    await go(/^To do/)
    const item = page.locator('.todo-item', { hasText: 'CE-PARIS-APP01' })
    await button(/^Take /, item).click()
    await item.getByText('taken by M. Durand').waitFor()
    await button(/^Note on /, item).click()
    await dialog().getByLabel('Note').fill('the provider drives there')
    await dialog().getByLabel('Next decision in').selectOption({ label: '2 hours' })
    await confirm('Write it down')
    await item.getByText('the provider drives there').waitFor()
    await item.getByText('next decision').waitFor()
    await item.getByRole('link').click()
    await button('Resolve… CE-PARIS-APP01').click()
    await dialog().getByLabel('It ended as').selectOption('failed')
    await dialog().getByLabel('What you found').fill('power supply is dead')
    await confirm('Resolve…')
    await panel().getByText('Resolved by M. Durand: power supply is dead').first().waitFor()
    await closePanel()
    await go(/^To do/)
    await item.waitFor({ state: 'detached' })
    expect((await clientNamed('Clinique Éluard')).trouble).toMatchObject({
      host: 'CE-PARIS-APP01',
      outcome: 'failed',
    })
  })

  it('promotes a ring whose gate holds, from the list of what waits', async () => {
    const item = page.locator('.todo-item', { hasText: 'Ring 0' })
    await item.waitFor()
    await item.getByRole('link').click()
    await page
      .locator('.ring-gateHeld')
      .getByRole('button', { name: /^Promote ring 0/ })
      .click()
    await confirm('Promote')
    await eventually(() => ask.ring(1)).toBe('running')
    expect(await ask.ring(0)).toBe('passed')
  })

  it('stops everything, says who did it, and lets somebody else in at a client meanwhile', async () => {
    const step = async () => (await clientNamed('Notaires Roux')).now[0]?.step
    await eventually(step).toBe('install')
    await page.keyboard.press('F9')
    await dialog().getByLabel('Reason').fill('wrong update?')
    await page.keyboard.press('Enter')
    await page.locator('.stop-banner').getByText('wrong update?').waitFor()
    await page.locator('[data-open="0"]').waitFor()
    expect((await ask.stop()).kind).toBe('raised')
    await go(/^To do/)
    await page.locator('.todo-item', { hasText: 'Emergency stop by M. Durand' }).waitFor()
    await go('Board')
    await button('Notaires Roux').click()
    await button('Unlock').click()
    await dialog().getByLabel('Reason').fill('the vendor works there tonight')
    await confirm('Unlock')
    await said(/^Unlock Notaires Roux: accepted/)
    await button('Unlock').waitFor({ state: 'detached' })
    await closePanel()
  })

  it('goes on once the stop is released: what was unlocked meanwhile asks first, and is tried again', async () => {
    await button('Release').click()
    await confirm('Release the stop')
    await page.locator('.stop-banner').waitFor({ state: 'detached' })
    expect((await ask.stop()).kind).toBe('clear')
    await button(/1 server needs an operator/).waitFor()
    await button('Notaires Roux').click()
    await panel().getByText('the lock of its client was taken from the campaign').first().waitFor()
    await button(/^Retry NR-/).click()
    await confirm('Retry')
    await eventually(async () => (await clientNamed('Notaires Roux')).cells).toContain(cellLetters.succeeded)
    await closePanel()
  })

  it('gives Monday’s report of a client in French', async () => {
    await go('Report')
    await page.locator('main select').first().selectOption({ label: 'Notaires Roux' })
    await page.getByLabel('Language of the file').selectOption('fr')
    const report = await download(button('Download the report as HTML'))
    expect(report).toContain('Rapport de mise à jour')
    expect(report).toContain('KB5068787')
    expect(report).not.toContain('Boulangerie Ançay')
  })

  it('left nothing that the browser refused but what was to be refused', async () => {
    // A file with an error, and an approval by who planned.
    expect(seen.complaints.filter((text) => !/status of (?:422|403)/.test(text))).toEqual([])
    expect(await axeViolations(page)).toEqual([])
  })
})
