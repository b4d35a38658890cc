import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { npmStart, openRehearsal, type Exit, type Rehearsal } from '../support/rehearsal.ts'
import { freePort } from '../../infra/local/supervisor/ports.ts'

let folder = ''
let rehearsal: Rehearsal | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-refusals-'))
})
afterEach(async () => {
  await rehearsal?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const run = async (...args: string[]): Promise<Exit> =>
  npmStart(['--port', String(await freePort()), '--data', join(folder, 'data'), ...args]).exited

/** What a person can put right is said in one line, without a stack, and with exit code 1 or 2. */
const oneLine = (code: 1 | 2, text: string) => ({
  code,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^[^\\n]*${escaped(text)}[^\\n]*\\n$`)) as string,
})

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

describe('npm start refuses in one line', () => {
  it('a second start on the same data, and leaves the first alone', async () => {
    rehearsal = await openRehearsal({ scenario: 'instant', servers: 10 })
    const first = rehearsal.start()
    await rehearsal.started(first)
    const second = await run('--data', rehearsal.data)
    expect(second).toEqual(oneLine(1, `in use by process ${first.pid}`))
    expect(await first.result).toMatchObject({ succeeded: 10 })
  }, 120_000)

  it('a port that is taken', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await run('--port', String(port))).toEqual(oneLine(1, `${port}`))
    await new Promise((done) => other.close(done))
  })

  it('a data folder that can’t be written', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(await run('--data', join(file, 'below'))).toEqual(oneLine(1, join(file, 'below')))
  })

  it.each([
    ['an option that there is not', ['--fast'], '--fast'],
    ['a speed of nothing', ['--speed', '0'], '--speed'],
    ['a scenario that there is not', ['--scenario', 'holiday'], 'holiday'],
    ['an inventory that there is not', ['--inventory', '/nowhere/servers.csv'], '/nowhere/servers.csv'],
    ['a night by hand that ends by itself', ['--by-hand', '--until-done'], '--by-hand'],
    ['both a file and a size', ['--inventory', 'a.csv', '--servers', '5'], '--servers'],
  ])('%s', async (_, args, text) => {
    expect(await run(...args)).toEqual(oneLine(2, text))
  })
})

describe('npm start refuses an inventory', () => {
  const withFile = (content: string | Uint8Array): Promise<Exit> => {
    const file = join(folder, 'servers.csv')
    writeFileSync(file, content)
    return run('--inventory', file)
  }

  it('with a line for each fault: file, line, column, what to do', async () => {
    const exit = await withFile(
      [
        'host,client,ring,role',
        'SRV-01,Boulangerie,1,file',
        'srv-01,Boulangerie,1,sql',
        'SRV-02,Boulangerie,9,file',
        'SRV-03,Boulangerie,1,"=cmd()"',
      ].join('\n'),
    )
    expect(exit.code).toBe(2)
    const [first, ...faults] = exit.stderr.trimEnd().split('\n')
    expect(first).toContain('nothing was applied')
    expect(faults.map((line) => /^servers\.csv:(\d+): (\w+): .+/.exec(line)?.slice(1, 3))).toEqual([
      ['2', 'host'],
      ['3', 'host'],
      ['4', 'ring'],
      ['5', 'role'],
    ])
  })

  it.each([
    ['empty', ''],
    ['binary', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0xff, 0xfe, 0])],
    ['without the column of hosts', 'client,ring\nBoulangerie,1\n'],
  ])('that is %s', async (_, content) => {
    const exit = await withFile(content)
    expect(exit.code).toBe(2)
    expect(exit.stderr).toMatch(/^servers\.csv:\d+: /m)
    expect(exit.stderr).not.toMatch(/^ +at /m)
  })
})
