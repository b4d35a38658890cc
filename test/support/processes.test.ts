import { expect, test } from 'vitest'
import { cpuSecondsOf } from './processes.ts'

test('processor time of this process is what Node.js itself says, to a hundredth or two; of none it is nothing', () => {
  const { user, system } = process.cpuUsage()
  expect(Math.abs(cpuSecondsOf([process.pid]) - (user + system) / 1e6)).toBeLessThan(0.2)
  expect(cpuSecondsOf([])).toBe(0)
})
