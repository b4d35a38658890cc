import { join } from 'node:path'
import type { ChildSpec } from '../supervisor/child.ts'
import { PlatformReady } from './environment.ts'
import type { StartOptions } from './options.ts'

/** Memory for young objects, MiB: little, where a thousand connections are open side by side. */
const small = '--max-semi-space-size=8'

/**
 * Compiled and type-stripped once, then read from there: about 30 MiB less in each process and a faster start.
 * Source: nodejs.org, "Module compile cache".
 */
const cached = (root: string) => ({ NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/atlas') })

/** With `ATLAS_PROFILE=<folder>` each part leaves a V8 CPU profile in `<folder>/<part>` when it ends. */
function profiled(part: string): string[] {
  const folder = process.env['ATLAS_PROFILE']
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', join(folder, part)]
}

/** The three processes of a rehearsal. Each can be killed at any moment and is started again. */

export function platformPart(root: string, data: string): ChildSpec {
  return {
    name: 'platform',
    args: [
      small,
      ...profiled('platform'),
      join(root, 'infra/local/platform/main.ts'),
      '--data',
      data,
      '--auto-create-queues',
      '^host-',
    ],
    env: cached(root),
    ready: { kind: 'line', matches: (line) => line.startsWith('{"kind":"ready"') },
  }
}

export const platformReady = (line: string | undefined): PlatformReady =>
  PlatformReady.parse(JSON.parse(line ?? ''))

export function hostPart(
  root: string,
  options: StartOptions,
  page: string,
  planStart: number,
  env: Record<string, string>,
): ChildSpec {
  return {
    name: 'host',
    args: [
      ...profiled('host'),
      // One young generation that fits a burst of requests costs less than many that don't.
      '--max-semi-space-size=32',
      '--heap-growing-percent=60',
      join(root, 'infra/local/host/main.ts'),
      '--app',
      root,
      '--port',
      String(options.port),
      '--data',
      join(options.data, 'host'),
      '--static',
      page,
      '--speed',
      String(options.speed),
      '--plan-start',
      new Date(planStart).toISOString(),
      '--held',
    ],
    env: { ...cached(root), ...env },
    ready: { kind: 'line', matches: (line) => line.startsWith('host listening') },
  }
}

export function fleetPart(root: string, data: string, file: string): ChildSpec {
  return {
    name: 'fleet',
    args: [
      small,
      ...profiled('fleet'),
      join(root, 'infra/local/fleet/main.ts'),
      '--data',
      data,
      '--fleet',
      file,
    ],
    env: cached(root),
    ready: { kind: 'line', matches: (line) => line.startsWith('fleet ready') },
    readyTimeoutMs: 10 * 60_000,
  }
}
