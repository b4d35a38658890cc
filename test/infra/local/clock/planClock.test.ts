import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPlanClock, startPlanClock } from '../../../../infra/local/clock/clock.ts'

const planStart = Date.UTC(2026, 0, 5)
const hour = 3_600_000
let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clock-'))
  file = join(folder, 'clock.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A host's clock in a process of its own; `latest` is the last time that it told. */
class ClockHost {
  readonly child: ChildProcess
  latest = 0
  earliest = Number.POSITIVE_INFINITY
  constructor(speed: number) {
    this.child = fork(join(import.meta.dirname, 'clockHost.ts'), [file, String(speed), String(planStart)])
    this.child.on('message', (time) => {
      this.latest = Math.max(this.latest, Number(time))
      this.earliest = Math.min(this.earliest, Number(time))
    })
  }
  async told(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await once(this.child, 'message')
  }
  async kill(): Promise<void> {
    const gone = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await gone
  }
}

test('begins at the plan start and runs at its speed', async () => {
  const clock = startPlanClock({ file, speed: 1_000_000, planStart })
  expect(clock.now()).toBeGreaterThanOrEqual(planStart)
  const before = clock.now()
  const wire = performance.now()
  await new Promise((resolve) => {
    setTimeout(resolve, 20)
  })
  const passed = clock.now() - before
  expect(passed).toBeGreaterThanOrEqual(19 * 1_000_000)
  expect(passed).toBeLessThanOrEqual((performance.now() - wire + 1) * 1_000_000)
  expect(clock.wireDelay(hour)).toBe(3.6)
  await clock.stop()
})

test('stands still from a stop to the next start, for its readers as well', async () => {
  const first = startPlanClock({ file, speed: 900, planStart })
  const reader = openPlanClock(file)
  const seen = reader.now()
  await first.stop()
  const stopped = first.now()
  expect(stopped).toBeGreaterThanOrEqual(seen)
  await new Promise((resolve) => {
    setTimeout(resolve, 110)
  })
  expect(reader.now()).toBe(stopped)
  expect(openPlanClock(file).now()).toBe(stopped)
  const second = startPlanClock({ file, speed: 1, planStart })
  expect(second.now()).toBeGreaterThanOrEqual(stopped)
  expect(second.now()).toBeLessThan(stopped + 900_000)
  await second.stop()
})

test('never goes back over kill -9, neither for the host nor for a reader', async () => {
  let latest = 0
  for (const speed of [900, 50, 900]) {
    const host = new ClockHost(speed)
    await host.told(1)
    const reader = openPlanClock(file)
    for (let n = 0; n < 8; n++) {
      await host.told(2)
      latest = Math.max(latest, reader.now())
    }
    await host.kill()
    expect(host.earliest).toBeGreaterThanOrEqual(planStart)
    const resumed = startPlanClock({ file, speed, planStart: 0 })
    expect(resumed.now()).toBeGreaterThanOrEqual(host.latest)
    expect(resumed.now()).toBeGreaterThanOrEqual(latest)
    expect(resumed.now()).toBeLessThanOrEqual(host.latest + 1_500 * speed)
    latest = resumed.now()
    await resumed.stop()
    latest = Math.max(latest, resumed.now())
  }
})

test('a blocked event loop hands out nothing that a kill could take back', async () => {
  const host = new ClockHost(900)
  await host.told(1)
  const before = host.latest
  host.child.send('block')
  while (host.latest < before + 1_500 * 900) await host.told(1)
  await host.kill()
  const resumed = startPlanClock({ file, speed: 1, planStart: 0 })
  expect(resumed.now()).toBeGreaterThanOrEqual(host.latest)
  await resumed.stop()
})

test('a reader runs on for one second after the last beat, then stands still', () => {
  writeFileSync(file, JSON.stringify({ plan: planStart, wire: Date.now() - 60_000, speed: 900 }))
  const clock = openPlanClock(file)
  expect(clock.now()).toBe(planStart + 900_000)
  expect(clock.speed).toBe(900)
})

test('a reader never goes back when the file does', async () => {
  writeFileSync(file, JSON.stringify({ plan: planStart + hour, wire: 0, speed: 1 }))
  const clock = openPlanClock(file)
  const seen = clock.now()
  writeFileSync(file, JSON.stringify({ plan: planStart, wire: 0, speed: 1 }))
  await new Promise((resolve) => {
    setTimeout(resolve, 110)
  })
  expect(clock.now()).toBe(seen)
})

test('a file that cannot be written makes the host stand still and say so', async () => {
  const troubles: string[] = []
  const clock = startPlanClock({ file, speed: 900, planStart, onTrouble: (text) => troubles.push(text) })
  rmSync(folder, { recursive: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  const looking = setInterval(() => {
    if (troubles.length > 0 && clock.now() >= planStart + 900_000) resolve()
  }, 50)
  await promise
  clearInterval(looking)
  expect(clock.now()).toBeLessThanOrEqual(planStart + 2_000 * 900)
  expect(troubles[0]).toContain(file)
  mkdirSync(folder)
  await clock.stop()
})

test('leaves nothing but the file, whole, in its folder', async () => {
  const clock = startPlanClock({ file, speed: 900, planStart })
  await clock.stop()
  expect(readdirSync(folder)).toEqual(['clock.json'])
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual(['plan', 'wire', 'speed'])
})

test('names what is missing or spoiled', () => {
  expect(() => openPlanClock(file)).toThrow(`There is no plan clock ${file}`)
  writeFileSync(file, '{"plan":')
  expect(() => openPlanClock(file)).toThrow(`${file} is spoiled`)
  expect(() => startPlanClock({ file, speed: 1, planStart })).toThrow(`${file} is spoiled`)
})

test('a held clock stands still, also over a restart, until it is released', async () => {
  const first = startPlanClock({ file, speed: 100_000, planStart, held: true })
  const reader = openPlanClock(file)
  await new Promise((resolve) => {
    setTimeout(resolve, 120)
  })
  expect([first.now(), reader.now()]).toEqual([planStart, planStart])
  await first.stop()
  const second = startPlanClock({ file, speed: 100_000, planStart: 0 })
  expect(second.now()).toBe(planStart)
  second.release()
  await new Promise((resolve) => {
    setTimeout(resolve, 120)
  })
  expect(second.now()).toBeGreaterThanOrEqual(planStart + 100 * 100_000)
  expect(reader.now()).toBeGreaterThan(planStart)
  await second.stop()
  const third = startPlanClock({ file, speed: 100_000, held: true })
  expect(third.held).toBe(false)
  await third.stop()
})
