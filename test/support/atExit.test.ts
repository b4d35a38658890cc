import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const helper = resolve(import.meta.dirname, 'atExit.ts')
const run = (body: string) =>
  spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `import { atExit } from ${JSON.stringify(helper)}\n${body}`],
    {
      encoding: 'utf8',
    },
  )

test('Does everything that was not called off, also after an uncaught error, and warns of no leak', () => {
  const { stdout, stderr, status } = run(`
    for (let i = 0; i < 20; i++) {
      const callOff = atExit(() => console.log('deed ' + i))
      if (i !== 7 && i !== 19) callOff()
    }
    throw new Error('planned')
  `)
  expect(stdout).toBe('deed 7\ndeed 19\n')
  expect(stderr).toContain('planned')
  expect(stderr).not.toContain('MaxListeners')
  expect(status).toBe(1)
})
