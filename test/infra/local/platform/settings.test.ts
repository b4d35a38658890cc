import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readArgs } from '../../../../infra/local/platform/args.ts'
import { choosePorts, rememberPorts } from '../../../../infra/local/platform/ports.ts'
import { loadSecrets } from '../../../../infra/local/platform/secrets.ts'
import { freePort } from '../../../../infra/local/supervisor/ports.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const anyPorts = { tables: 0, bus: 0, busAdmin: 0, pubsub: 0 }

describe('secrets', () => {
  it('are drawn once and differ from folder to folder', () => {
    const first = loadSecrets(folder)
    expect(loadSecrets(folder)).toEqual(first)
    const other = mkdtempSync(join(tmpdir(), 'platform-'))
    expect(loadSecrets(other)).not.toEqual(first)
    rmSync(other, { recursive: true })
  })

  it.skipIf(process.platform === 'win32')('are kept from other users', () => {
    loadSecrets(folder)
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('are never replaced silently when their file is spoiled', () => {
    const path = join(folder, 'secrets.json')
    writeFileSync(path, '{"tablesAccountKey":')
    expect(() => loadSecrets(folder)).toThrow(`${path} is spoiled`)
    expect(readFileSync(path, 'utf8')).toBe('{"tablesAccountKey":')
  })
})

describe('ports', () => {
  it('are those asked for, else those of the last start, else free ones', async () => {
    const [tables, bus, busAdmin, pubsub] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    const first = Object.values(await choosePorts(folder, anyPorts))
    expect(first.filter((port) => port > 0)).toHaveLength(4)
    rememberPorts(folder, { tables, bus, busAdmin, pubsub })
    expect(await choosePorts(folder, anyPorts)).toEqual({ tables, bus, busAdmin, pubsub })
    const asked = await freePort()
    expect(await choosePorts(folder, { ...anyPorts, bus: asked })).toEqual({
      tables,
      bus: asked,
      busAdmin,
      pubsub,
    })
  })

  it('that are taken are named with the option that chooses another', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await expect(choosePorts(folder, { ...anyPorts, pubsub: port })).rejects.toMatchObject({
      kind: 'portInUse',
      message: `Port ${port} of 127.0.0.1 is used by another program: stop it, or choose another with --pubsub-port N.`,
    })
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('command line', () => {
  it('is read with free ports as the default', () => {
    expect(readArgs(['--data', 'd', '--bus-port', '5672', '--auto-create-queues', '^agent-'])).toEqual({
      data: 'd',
      ports: { ...anyPorts, bus: 5672 },
      autoCreateQueues: /^agent-/u,
    })
  })

  it.each([
    [[], '--data'],
    [['--data', 'd', '--bus-port', '70000'], '--bus-port'],
    [['--data', 'd', '--bus-port', 'x'], '--bus-port'],
    [['--data', 'd', '--color'], '--color'],
    [['--data', 'd', '--auto-create-queues', '('], 'no regular expression'],
  ])('%j is refused in one line with the usage', (args, fault) => {
    expect(() => readArgs(args)).toThrow(
      expect.objectContaining({
        kind: 'badUsage',
        message: expect.stringMatching(new RegExp(`^.*${fault}.*usage: main.ts --data DIR.*$`)),
      }),
    )
  })
})
