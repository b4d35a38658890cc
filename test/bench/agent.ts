import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { bundleAgent, nodeOptions } from '../../infra/agent/bundle.ts'
import { startOneServer } from '../support/oneServer.ts'
import { atMost, reported, type Bench } from './figures.ts'

/** Before it is watched: what its start costs is none of idling. */
const settleMs = 70_000
const watchedMs = 5 * 60_000
const sampleMs = 5_000
/** `getconf CLK_TCK` of Linux. */
const ticksPerSecond = 100

/** The bundle that is packaged, enrolled with the real host and left alone: a heartbeat a minute. Linux alone. */
export const agent: Bench = {
  name: 'agent',
  long: true,
  async run(emit) {
    const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-agent-'))
    const bundle = join(folder, 'agent.cjs')
    await bundleAgent(bundle)
    const { host, server, token } = await startOneServer()
    try {
      const data = join(folder, 'data')
      const told = ['--server', host.base, '--token', token, '--host', server.host, '--data', data]
      const [code] = (await once(start(bundle, ['enrol', ...told]), 'exit')) as [number]
      if (code !== 0) throw new Error(`the agent was not enrolled: exit code ${code}`)
      const child = start(bundle, ['run', '--data', data])
      try {
        const { residentMiB, privateMiB, cpuSeconds, seconds } = await watch(child)
        const status = readFileSync(join(data, 'status.json'), 'utf8')
        if (!status.includes('"heardAt"')) throw new Error(`the server never answered it: ${status}`)
        emit(atMost('agent.idleResident', residentMiB, 'MiB', 70))
        // The rest are pages of Node's own file, as many as the system happens to keep.
        emit(reported('agent.idlePrivate', privateMiB, 'MiB'))
        emit(atMost('agent.idleCpu', Number(((100 * cpuSeconds) / seconds).toFixed(3)), '% of a core', 0.2))
        emit(reported('agent.watched', Math.round(seconds), 's'))
      } finally {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
    } finally {
      await host.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

function start(bundle: string, args: readonly string[]): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env
  return spawn(process.execPath, [...nodeOptions, bundle, ...args], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** The most memory and all of the processor time of the time that it is watched. */
async function watch({ pid }: ChildProcess) {
  await delay(settleMs)
  const from = performance.now()
  const before = cpuOf(pid)
  let most = 0
  let own = 0
  while (performance.now() - from < watchedMs) {
    await delay(sampleMs)
    most = Math.max(most, memoryOf(pid, 'VmRSS'))
    own = Math.max(own, memoryOf(pid, 'RssAnon'))
  }
  const seconds = (performance.now() - from) / 1000
  const cpuSeconds = cpuOf(pid) - before
  return { residentMiB: inMiB(most), privateMiB: inMiB(own), cpuSeconds, seconds }
}

const inMiB = (kibibytes: number): number => Math.round(kibibytes / 1024)

/** User and system time, seconds. Source: proc_pid_stat(5), fields 14 and 15. */
function cpuOf(pid: number | undefined): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user = '', system = ''] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / ticksPerSecond
}

/** KiB. Source: proc_pid_status(5). */
function memoryOf(pid: number | undefined, field: 'VmRSS' | 'RssAnon'): number {
  const [, value] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(value)
}
