import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'

const main = join(import.meta.dirname, '../../../../infra/local/host/main.ts')
const ready = 'host listening on '

/** A folder that goes with the test; for a whole file, remove it yourself. */
export function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'host-'))
}

export function testFolder(): string {
  const folder = tempFolder()
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A host in a process of its own, as `npm run host` starts it. */
export class HostProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  readonly #exit: Promise<unknown[]>
  stderr = ''
  url = ''

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    const { NODE_ENV: _, ...rest } = process.env
    this.child = spawn(process.execPath, [main, '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...rest, ...env },
    })
    this.#exit = once(this.child, 'close')
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString()
    })
  }

  /** Waits for the line that says where it listens. */
  async ready(): Promise<this> {
    for await (const line of createInterface({ input: this.child.stdout }))
      if (line.startsWith(ready)) {
        this.url = line.slice(ready.length)
        this.child.stdout.resume()
        return this
      }
    throw new Error(`The host ended before it was ready: ${this.stderr}`)
  }

  /** The exit code, null after a signal. */
  async ended(): Promise<unknown> {
    const [code] = await this.#exit
    return code
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal)
    return this.ended()
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.url}${path}`, init)
  }

  async json(path: string, init?: RequestInit): Promise<unknown> {
    return (await this.fetch(path, init)).json()
  }
}

/** Asks until the answer is right: there is no other sign of what happens in another process. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
}
