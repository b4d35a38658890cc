import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { openRoom, patience } from './room.ts'
import { sceneBoard } from './scene.ts'
import { axeViolations, type VisitOptions } from './visit.ts'

const room = openRoom()
const fullHd = { width: 1920, height: 1080 }

async function openTiles(options: VisitOptions = {}) {
  const opening = await room.enter({ search: '?view=tiles', ...options })
  await opening.page.locator('.tile-table [role=row]').nth(1).waitFor({ state: 'attached' })
  await expect.poll(() => room.atlas.isPushed(), patience).toBe(true)
  return opening
}

/** The pixels of the first picture, as the browser would show them. */
const picture = (page: Page): Promise<string> =>
  page
    .locator('.tile-band')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
/** How many pixels of the first picture are not empty. */
const inked = (page: Page): Promise<number> =>
  page
    .locator('.tile-band')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement
      const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data
      return pixels?.filter((_, place) => place % 4 === 3 && (pixels[place] ?? 0) > 0).length ?? 0
    })
const rowOf = (page: Page, name: string) => page.locator(`.tile-table [role=row]:has-text("${name}")`).first()

describe('tiles', () => {
  it('show 300 clients with 33 servers each on one screen, with few nodes', async () => {
    room.atlas.world.board = sceneBoard(300, 33)
    const { page } = await openTiles(fullHd)
    const box = await page.locator('.tiles').boundingBox()
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(1080)
    expect(await page.locator('.tile-table [role=row]').count()).toBe(301)
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(2500)
    expect(await inked(page)).toBeGreaterThan(100_000)
    expect(await axeViolations(page)).toEqual([])
  })

  it('paint a client again when its state changes, and leave the others as they are', async () => {
    // By name, so that its new state moves no tile.
    const { page } = await openTiles({ search: '?view=tiles&sort=client' })
    const row = room.atlas.world.board?.clients[20]
    if (!row) throw new Error('the scene has no such client')
    const before = await picture(page)
    expect(await picture(page)).toBe(before)
    await page.evaluate(() => {
      const pen = CanvasRenderingContext2D.prototype
      const cleared: string[] = []
      const clear = Object.getOwnPropertyDescriptor(pen, 'clearRect')?.value as (...box: number[]) => void
      Object.assign(window, { cleared })
      pen.clearRect = function (this: CanvasRenderingContext2D, ...box) {
        cleared.push(box.join())
        Reflect.apply(clear, this, box)
      }
    })
    const ended = { ...row, revision: row.revision + 1, cells: 's'.repeat(row.cells.length) }
    room.atlas.change([ended])
    await room.atlas.push(room.atlas.fleetFrame([ended]))
    const words = rowOf(page, row.name).locator('[role=gridcell]').last()
    await expect.poll(() => words.textContent(), patience).toBe(`${row.cells.length} done`)
    await expect.poll(() => picture(page), patience).not.toBe(before)
    expect(await page.evaluate(() => (window as unknown as { cleared: string[] }).cleared.length)).toBe(1)
  })

  it('are walked by arrows, named as they get the focus, and opened by Enter', async () => {
    const { page } = await openTiles()
    await page.locator('.tile-table [tabindex="0"]').focus()
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
    const first = await focused()
    const tip = page.locator('.tile-tip strong')
    expect(await tip.textContent()).toBe(first)
    await page.keyboard.press('ArrowRight')
    await expect.poll(focused, patience).not.toBe(first)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(focused, patience).toBe(first)
    await page.keyboard.press('End')
    await expect.poll(focused, patience).not.toBe(first)
    const last = await focused()
    expect(await tip.textContent()).toBe(last)
    const bottom = async () => {
      const mark = await page.locator('.tile-focus').boundingBox()
      return (mark?.y ?? 0) + (mark?.height ?? Infinity)
    }
    await expect.poll(bottom, patience).toBeLessThanOrEqual(900)
    await page.keyboard.press('Enter')
    await page.getByRole('complementary').getByRole('heading', { name: last }).waitFor()
  })

  it('are named under the pointer and opened by a click, with the server that was hit', async () => {
    const { page } = await openTiles()
    const name = room.atlas.world.board?.clients[0]?.name ?? ''
    const heading = await page.locator('.tiles h2').first().boundingBox()
    const at = { x: (heading?.x ?? 0) + 20, y: (heading?.y ?? 0) + 24 + 6 + 30 + 6 }
    await page.mouse.move(at.x, at.y)
    await page.locator('.tile-tip').getByText(name).waitFor()
    await page.locator('.tile-tip').getByText('Server 1: ').waitFor()
    await page.mouse.click(at.x, at.y)
    await page.getByRole('complementary').getByRole('heading', { name }).waitFor()
    expect(page.url()).toContain('server=0')
  })

  it('follow the theme, the width and the density of the screen', async () => {
    const { page } = await openTiles({ width: 360, height: 780 })
    const light = await picture(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await page.evaluate(() => {
      document.documentElement.dataset['theme'] = 'dark'
    })
    await expect.poll(() => picture(page), patience).not.toBe(light)
    const dark = await picture(page)
    await page.emulateMedia({ forcedColors: 'active' })
    await expect.poll(() => picture(page), patience).not.toBe(dark)
    const pixels = () =>
      page
        .locator('.tile-band')
        .first()
        .evaluate((canvas) => (canvas as HTMLCanvasElement).width)
    const narrow = await pixels()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Emulation.setDeviceMetricsOverride', {
      width: 700,
      height: 780,
      deviceScaleFactor: 2,
      mobile: false,
    })
    await expect.poll(pixels, patience).toBeGreaterThan(2.5 * narrow)
  })
})
