import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { connectTables, type Tables } from '../../functions/adapters/tables/connect.ts'
import { connectApi, type Api } from '../../infra/local/start/api.ts'
import { appSettings, nextSaturday, openSecrets } from '../../infra/local/start/environment.ts'
import { readOptions } from '../../infra/local/start/options.ts'
import { hostPart, platformPart, platformReady } from '../../infra/local/start/parts.ts'
import { freePort } from '../../infra/local/supervisor/ports.ts'
import { createSupervisor } from '../../infra/local/supervisor/supervise.ts'
import { atExit } from './atExit.ts'

const root = resolve(import.meta.dirname, '../..')

/** The real host and platform, each a process of its own, with an empty fleet and no campaign. */
export interface LiveHost {
  readonly base: string
  readonly api: Api
  readonly token: string
  /** Straight to the Tables service, past the host: it answers also while the host has its hands full. */
  readonly tables: Tables
  pid(): number
  /** Kills the host with -9; it is started again at once, on the same data. */
  kill(): void
  /** Waits until the API answers. */
  answering(): Promise<void>
  remove(): Promise<void>
}

/** `page`: the folder of the built page; without it none is served. */
export async function startLiveHost({ page }: { readonly page?: string } = {}): Promise<LiveHost> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-live-'))
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  const stay = atExit(removeNow)
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const options = readOptions(['--data', folder, '--port', String(port), '--speed', '1'])
  const supervisor = createSupervisor({ dataFolder: folder, now: Date.now })
  const secrets = openSecrets(folder)
  const platform = platformReady((await supervisor.start(platformPart(root, folder))).line)
  const clock = join(folder, 'host', 'clock.json')
  const settings = appSettings(platform, secrets, clock, { data: folder, base, servers: 0 })
  await supervisor.start(hostPart(root, options, page ?? folder, nextSaturday(Date.now()), settings))
  const api = connectApi(base, secrets.operator)
  const pid = (): number => {
    const found = supervisor.pids().get('host')
    if (found === undefined) throw new Error('The host is not running just now')
    return found
  }
  return {
    base,
    api,
    token: secrets.operator,
    tables: connectTables(platform.tables),
    pid,
    kill: () => process.kill(pid(), 'SIGKILL'),
    async answering() {
      while (!(await isAnswering(base, secrets.operator)))
        await new Promise((wake) => {
          setTimeout(wake, 50)
        })
    },
    async remove() {
      await supervisor.stop()
      removeNow()
      stay()
    },
  }
}

async function isAnswering(base: string, token: string): Promise<boolean> {
  try {
    return (await fetch(`${base}/api/me`, { headers: { authorization: `Bearer ${token}` } })).ok
  } catch {
    return false
  }
}
