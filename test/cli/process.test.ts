import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const main = new URL('../../cli/main.ts', import.meta.url).pathname

async function atlas(
  argv: readonly string[],
  act?: (child: ChildProcess) => void,
  started?: (child: ChildProcess) => void,
) {
  const env = {
    PATH: process.env['PATH'],
    ATLAS_SERVER: server.address,
    ATLAS_TOKEN: 'operator',
    LANG: 'en_US.UTF-8',
  }
  const child = spawn(process.execPath, [main, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  started?.(child)
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  // Once: its output may come in several pieces, and a second Ctrl+C ends the process at once.
  child.stdout.once('data', () => act?.(child))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, out, err }
}

it('answers a real process: data on standard output, nothing on standard error', async () => {
  const { code, out, err } = await atlas(['status', '--json'])
  expect([code, err]).toEqual([0, ''])
  expect(JSON.parse(out)).toMatchObject({ campaign: { campaignId: 'camp-2026-11' } })
})

it('ends with the exit code, never prompts, and shows no stack', async () => {
  const { code, out, err } = await atlas(['campaign', 'start'])
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/^atlas: .*--hash is missing.*\n$/)
})

it('ends a watch in good order on Ctrl+C', async () => {
  const { code, err } = await atlas(['status', '--watch'], (child) => child.kill('SIGINT'))
  expect([code, err]).toEqual([0, ''])
})

it('says on Ctrl+C that a stop under way is not confirmed', async () => {
  let child: ChildProcess | undefined
  server.world.answer = () => {
    child?.kill('SIGINT')
    return 'silence'
  }
  const { code, out, err } = await atlas(['stop'], undefined, (started) => (child = started))
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/^atlas: THE STOP IS NOT CONFIRMED: .*interrupted.*\n$/)
})
