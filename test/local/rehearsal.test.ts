import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { generatedInventory } from '../../orchestrations/contracts/demo/index.ts'
import { judge, readEffects } from '../support/judge.ts'
import { readEnding } from '../support/outcomes.ts'
import { openRehearsal, type Rehearsal } from '../support/rehearsal.ts'

const servers = 20
let rehearsal: Rehearsal | undefined
afterEach(() => rehearsal?.remove())

describe('npm start', () => {
  it('plays a campaign to its end, ends by itself and says what became of every server', async () => {
    rehearsal = await openRehearsal({ scenario: 'instant', servers, untilDone: true })
    const run = rehearsal.start()
    const { code, stdout } = await run.exited
    expect(code).toBe(0)
    const result: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(result).toMatchObject({
      clients: 2,
      servers,
      succeeded: servers,
      failed: 0,
      rolledBack: 0,
      skipped: 0,
      needsOperator: 0,
      notEnrolled: 0,
      offlineBeforeStart: 0,
      carriedOver: 0,
      excluded: 0,
      boundSeconds: 0,
      // Two hosts: inspect, install, reboot, verify; eighteen guests: checkpoint and release as well.
      commands: 2 * 4 + 18 * 6,
    })
    expect(run.pids().size).toBe(0)
    const inbox = join(rehearsal.data, 'inbox')
    const mails = readdirSync(inbox).map((name) => readFileSync(join(inbox, name), 'utf8'))
    expect(mails.filter((mail) => mail.includes('Campaign ended'))).toEqual([
      expect.stringMatching(/filename=atlas-\S+\.html/),
    ])

    const effects = readEffects(rehearsal.data)
    const inventory = generatedInventory(servers, { oneRing: true })
    expect(judge(effects, { inventory, topology: false })).toEqual([])
    // Two hosts install and reboot; eighteen guests are checkpointed before and released after.
    expect(effects).toHaveLength(2 * (2 * 2 + 18 * 4))
  }, 300_000)

  it('goes on where it was when all of its processes were killed', async () => {
    rehearsal = await openRehearsal({ scenario: 'even', servers, speed: 3_000 })
    const first = rehearsal.start()
    await rehearsal.started(first)
    while (!hasEffects(rehearsal.data, 30)) await new Promise((resolve) => setTimeout(resolve, 20))
    await first.killAll()
    const before = readEffects(rehearsal.data).length

    const second = rehearsal.start()
    await rehearsal.started(second)
    expect(await second.result).toMatchObject({ servers, succeeded: servers })
    const { outcomes, brokenLedgers } = await readEnding(rehearsal.api())
    await second.stop()
    expect(brokenLedgers).toEqual([])
    expect(outcomes.size).toBe(servers)
    const effects = readEffects(rehearsal.data)
    expect(effects.length).toBeGreaterThan(before)
    expect(effects).toHaveLength(2 * (2 * 2 + 18 * 4))
    const inventory = generatedInventory(servers, { oneRing: true })
    expect(judge(effects, { inventory, topology: false })).toEqual([])
  }, 120_000)
})

function hasEffects(data: string, count: number): boolean {
  try {
    return readEffects(data).length >= count
  } catch {
    return false
  }
}
