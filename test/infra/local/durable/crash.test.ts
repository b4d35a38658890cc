import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tempFolder } from './harness.ts'

const child = path.join(import.meta.dirname, 'crashChild.ts')
const output = [0, 1, 2, 3, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 11, [100, 101]]

interface Life {
  readonly lines: string[]
  readonly ended: boolean
}

/** One life of the host: it is killed (-9) as soon as `kill` says so, or ends by itself. */
async function live(
  dataFile: string,
  raise: readonly number[],
  kill: (lines: string[]) => boolean,
): Promise<Life> {
  const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', child, dataFile])
  onTestFinished(() => {
    host.kill('SIGKILL')
  })
  const lines: string[] = []
  const gone = new Promise((resolve) => {
    host.on('close', resolve)
  })
  let ended = false
  for await (const line of createInterface({ input: host.stdout })) {
    lines.push(line)
    if (line === 'ready') for (const n of raise) host.stdin.write(`raise ${n}\n`)
    ended ||= line.startsWith('ended')
    if (ended || kill(lines)) host.kill('SIGKILL')
  }
  await gone
  return { lines, ended }
}

const ran = (lines: readonly string[], step: number): number =>
  lines.filter((line) => line === `ran ${step}`).length

describe('kill -9 at any moment', () => {
  it('loses no acknowledged event and repeats only activities in flight', async () => {
    const dataFile = path.join(tempFolder(), 'durable.db')
    const acked = new Set<number>()
    const all: string[] = []
    const kills = [
      (lines: string[]) => lines.includes('ran 2'),
      (lines: string[]) => lines.includes('acked 7'),
      (lines: string[]) => lines.includes('ran 6'),
      (lines: string[]) => lines.includes('ran 9'),
      (lines: string[]) => lines.includes('ran 101'),
      () => false,
    ]
    let last = ''
    for (const kill of kills) {
      const raise = [3, 7, 11].filter((n) => !acked.has(n))
      const { lines, ended } = await live(dataFile, raise, kill)
      for (const line of lines) if (line.startsWith('acked ')) acked.add(Number(line.slice(6)))
      all.push(...lines)
      if (ended) last = lines.at(-1) ?? ''
    }
    expect(JSON.parse(last.replace('ended ', ''))).toEqual(output)
    expect(acked).toEqual(new Set([3, 7, 11]))
    // One step of the chain is in flight at a time: a kill repeats at most that one.
    const chain = Array.from({ length: 12 }, (_, step) => ran(all, step))
    expect(Math.min(...chain)).toBe(1)
    expect(chain.reduce((sum, runs) => sum + runs)).toBeLessThanOrEqual(12 + kills.length - 1)
    expect([ran(all, 0), ran(all, 8), ran(all, 10)]).toEqual([1, 1, 1])
  })
})
