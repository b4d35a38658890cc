import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { openBrowser } from './browser.ts'
import { buildPage } from './buildPage.ts'
import { sceneBoard } from './scene.ts'
import { type StandIn, startStandIn } from './standIn.ts'
import { type Visit, visit, type VisitOptions } from './visit.ts'

/** For how long a test waits until something is so: the machine may be busy with other tests. */
export const patience = { timeout: 20_000, interval: 100 }

/** One build and one browser for a test file; a stand-in of its own, with the usual night, for each test. */
export function openRoom() {
  let opened: Awaited<ReturnType<typeof openBrowser>> | undefined
  let built: Awaited<ReturnType<typeof buildPage>> | undefined
  let standIn: StandIn | undefined
  const visits: Visit[] = []
  beforeAll(async () => {
    built = await buildPage()
    opened = await openBrowser()
  }, 120_000)
  afterAll(async () => {
    await opened?.close()
    await built?.remove()
  })
  beforeEach(async () => {
    standIn = await startStandIn(built?.folder ?? '')
    standIn.world.board = sceneBoard()
  })
  afterEach(async () => {
    await Promise.all(visits.splice(0).map((one) => one.close()))
    await standIn?.close()
  })
  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the room is not open yet')
    return thing
  }
  return {
    get atlas(): StandIn {
      return there(standIn)
    },
    get browser(): Browser {
      return there(opened).browser
    },
    /** Opens the page and waits until it stands. */
    enter: async (options: VisitOptions = {}) => {
      const one = await visit(there(opened).browser, there(standIn).origin, options)
      visits.push(one)
      await one.page.locator('.navigation').waitFor()
      await one.page.locator('main h1, .failed-answer').first().waitFor()
      return one
    },
  }
}
