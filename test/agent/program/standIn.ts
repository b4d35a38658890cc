import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { modeProtection } from '../../../agent/program/protection.ts'
import { program } from '../../../agent/program/program.ts'
import type { ExitName } from '../../../agent/program/problems.ts'
import type { Surroundings } from '../../../agent/program/surroundings.ts'
import { version } from '../../../agent/program/version.ts'
import type { Windows } from '../../../agent/windows.ts'
import { FakeWindows } from '../fakes.ts'

/** The program on a machine that stands in for Windows, in a folder of its own. */
export interface StandIn {
  readonly data: string
  readonly alarms: readonly string[]
  /** One command line; `--data` is added. */
  type(
    line: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ readonly exit: ExitName; readonly out: string; readonly err: string }>
  remove(): void
}

export function openStandIn(host: string, windows: Windows = new FakeWindows()): StandIn {
  const data = mkdtempSync(join(tmpdir(), 'atlas-agent-'))
  const alarms: string[] = []
  const surroundings: Surroundings = {
    version,
    host,
    open: () => ({
      windows,
      protection: modeProtection,
      alarm: (_, text) => void alarms.push(text),
      close: () => undefined,
    }),
  }
  return {
    data,
    alarms,
    async type(line, signal = new AbortController().signal) {
      let out = ''
      let err = ''
      const terminal = {
        out: (text: string) => void (out += text),
        err: (text: string) => void (err += text),
      }
      const work = () => Promise.reject(new Error('nothing here runs detached'))
      const exit = await program([...line, '--data', data], terminal, surroundings, work, signal)
      return { exit, out, err }
    },
    remove: () => rmSync(data, { recursive: true, force: true }),
  }
}
