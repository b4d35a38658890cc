import { readdirSync, readFileSync } from 'node:fs'

/** One process as Linux tells of it; these helpers read /proc and so work on Linux only. */
export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly command: string
}

/** All processes of a group that have not ended. */
export function processesOfGroup(group: number): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? [])
    .filter((info) => info.group === group)
}

/** Resident bytes; `shared` counts a page that several processes map once (PSS), `alone` once each (RSS). */
export function memoryOf(pids: readonly number[]): { alone: number; shared: number } {
  let alone = 0
  let shared = 0
  for (const pid of pids) {
    const text = readOrNothing(`/proc/${pid}/smaps_rollup`)
    alone += kibibytes(text, 'Rss')
    shared += kibibytes(text, 'Pss')
  }
  return { alone: alone * 1024, shared: shared * 1024 }
}

/** `USER_HZ`: Linux counts processor time for programs in hundredths, whatever its own clock. */
const ticksPerSecond = 100

/** Seconds of processor time that processes have used so far: unlike the wall clock, hardly others' doing. */
export function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readOrNothing(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ')
    return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond
  }, 0)
}

const kibibytes = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)

function read(pid: number): ProcessInfo | undefined {
  // The name, in parentheses, may itself contain anything: what follows its last one is fixed.
  const [state, parent, group] = readOrNothing(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
  if (group === undefined || state === 'Z' || state === 'X') return undefined
  const command = readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
  return { pid, parent: Number(parent), group: Number(group), command }
}

/** A process that ends while it is looked at has nothing to tell. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
