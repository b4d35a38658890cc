import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { parseSchedule } from '../../../../../infra/local/host/timers/schedule.ts'
import { TimerService, type TimerFunction } from '../../../../../infra/local/host/timers/timerService.ts'
import { testFolder } from '../hostProcess.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 0, 5, 10, 30)
let now = start
let file = ''
let fired: { name: string; IsPastDue: boolean; ScheduleStatus: { Last: string; Next: string } }[] = []
let hold: Promise<void> = Promise.resolve()

beforeEach(() => {
  now = start
  file = join(testFolder(), 'timers.json')
  fired = []
  hold = Promise.resolve()
})

const hourly = (changes: Partial<TimerFunction> = {}): TimerFunction => ({
  name: 'hourly',
  schedule: parseSchedule('0 0 * * * *'),
  runOnStartup: false,
  useMonitor: true,
  ...changes,
})

const serviceOf = (...timers: readonly TimerFunction[]) =>
  new TimerService(timers, {
    file,
    now: () => now,
    run: async (name, { json = '' }) => {
      fired.push({ name, ...(JSON.parse(json) as Omit<(typeof fired)[0], 'name'>) })
      await hold
    },
  })

/** Moves the clock and lets what it sets off come to its end. */
async function tickAt(service: TimerService, time: number): Promise<void> {
  now = time
  service.tick()
  await new Promise(setImmediate)
}

test('fires when it is due, once for each occurrence', async () => {
  const service = serviceOf(hourly())
  await tickAt(service, start)
  expect(fired).toEqual([])
  await tickAt(service, start + hour / 2)
  await tickAt(service, start + hour / 2 + 1)
  expect(fired).toHaveLength(1)
  await tickAt(service, start + 1.5 * hour)
  expect(fired[1]).toMatchObject({
    IsPastDue: false,
    ScheduleStatus: { Last: '2026-01-05T11:00:00.000Z', Next: '2026-01-05T12:00:00.000Z' },
  })
})

test('catches up once, past due, on what was missed while the host was down', async () => {
  await tickAt(serviceOf(hourly()), start + hour / 2)
  await tickAt(serviceOf(hourly()), start + hour)
  expect(fired).toHaveLength(1)
  now = start + 7 * hour
  const later = serviceOf(hourly())
  await tickAt(later, now)
  await tickAt(later, now + 1)
  expect(fired.map(({ IsPastDue }) => IsPastDue)).toEqual([false, true])
})

test('without a monitor nothing is caught up', async () => {
  await tickAt(serviceOf(hourly({ useMonitor: false })), start + hour / 2)
  now = start + 7 * hour
  await tickAt(serviceOf(hourly({ useMonitor: false })), now)
  expect(fired).toHaveLength(1)
})

test('runs at the start when told so', async () => {
  await tickAt(serviceOf(hourly({ runOnStartup: true }), hourly({ name: 'other' })), start)
  expect(fired.map(({ name, IsPastDue }) => [name, IsPastDue])).toEqual([['hourly', false]])
})

test('never runs twice at once: what comes due meanwhile is left out', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  hold = promise
  const service = serviceOf(hourly())
  await tickAt(service, start + hour / 2)
  await tickAt(service, start + 3 * hour)
  expect(fired).toHaveLength(1)
  resolve()
  await new Promise(setImmediate)
  await tickAt(service, start + 3 * hour + 1)
  expect(fired).toHaveLength(1)
  await tickAt(service, start + 3.5 * hour)
  expect(fired).toHaveLength(2)
})

test('goes on by itself once it is started, until it is stopped', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let count = 0
  const timer = hourly({ schedule: { next: (after) => after + 5, isFrequent: true }, useMonitor: false })
  const service = new TimerService([timer], {
    file,
    now: Date.now,
    run: async () => {
      if (++count === 3) resolve()
    },
  })
  service.start()
  await promise
  service.stop()
  await new Promise(setImmediate)
  const stopped = count
  await new Promise((later) => {
    setTimeout(later, 30)
  })
  expect(count).toBe(stopped)
})
