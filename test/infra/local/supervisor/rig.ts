import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eachLine } from '../../../../infra/local/supervisor/lines.ts'

export const childProgram = join(import.meta.dirname, 'children/child.ts')

export const temporaryFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'supervisor-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs the test child by hand, without a supervisor, until its first line. */
export const runAlone = async (...args: string[]): Promise<{ child: ChildProcess; line: string }> => {
  const child = spawn(process.execPath, [childProgram, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    if (child.stdout !== null) eachLine(child.stdout, resolve)
    child.once('exit', (code) => reject(new Error(`child ended with ${code}`)))
  })
  return { child, line }
}

export const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })

/** Resolves when no process has this id. */
export const gone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10))
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch {
    return false
  }
}

// An orphan that ended answers to its pid until the system's first process collects it.
const isZombie = (pid: number): boolean =>
  process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
