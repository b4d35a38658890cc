import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'

export interface VisitOptions {
  readonly language?: 'en' | 'fr'
  readonly theme?: 'light' | 'dark' | 'contrast'
  readonly width?: number
  readonly height?: number
  /** The address's search part. */
  readonly search?: string
  readonly token?: string
  /** Told of every message that comes over a WebSocket. */
  readonly watch?: (message: string) => void
}

export interface Visit {
  readonly page: Page
  /** What the browser complained about: errors, refused resources, policy violations. */
  readonly complaints: readonly string[]
  /** Every address outside the page's own origin that was asked for. */
  readonly foreign: readonly string[]
  close(): Promise<void>
}

/** Opens the page in a context of its own, as somebody would who was there before. */
export async function visit(browser: Browser, origin: string, options: VisitOptions = {}): Promise<Visit> {
  const {
    language = 'en',
    theme = 'light',
    width = 1440,
    height = 900,
    search = '',
    token = 'operator',
    watch = () => undefined,
  } = options
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints: string[] = []
  const foreign: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) foreign.push(request.url())
  })
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => watch(String(payload))))
  await page.addInitScript(
    (preferences) => {
      localStorage.setItem('atlas.preferences', preferences)
      localStorage.setItem('atlas.introduced', 'yes')
    },
    JSON.stringify({ language, theme, zone: 'operator' }),
  )
  await page.goto(`${origin}/${search}${token === '' ? '' : `#token=${token}`}`)
  return { page, complaints, foreign, close: () => context.close() }
}

/** What axe finds, WCAG 2.2 AA and best practice, one line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated by the test's own channel: the page's policy allows no foreign script, and keeps doing so.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: runner } = window as unknown as { axe: typeof axe }
    const { violations } = await runner.run()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
    )
  })
}
