import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { hasCode } from './problems.ts'
import { redact } from './redact.ts'

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

const order: readonly LogLevel[] = ['debug', 'info', 'warning', 'error']

export interface LogOptions {
  readonly file: string
  readonly level: LogLevel
  /** Wire time, epoch ms. */
  readonly now: () => number
  /** Texts that must never be written, beside what looks like a secret by itself. */
  readonly secrets?: readonly string[]
  readonly maxBytes?: number
  /** Older files, `agent.log.1` being the youngest. */
  readonly kept?: number
}

/** The agent's log: one line an event, rotated by size, without secrets. A disk that refuses stops nothing. */
export class Log {
  readonly #options: Required<LogOptions>
  #bytes: number
  #lost = 0

  constructor(options: LogOptions) {
    this.#options = { secrets: [], maxBytes: 5 * 1024 * 1024, kept: 5, ...options }
    this.#bytes = sizeOf(options.file)
  }

  write(level: LogLevel, text: string): void {
    if (order.indexOf(level) < order.indexOf(this.#options.level)) return
    if (this.#lost > 0) {
      if (!this.#append('warning', `${this.#lost} lines before this one could not be written`)) {
        this.#lost += 1
        return
      }
      this.#lost = 0
    }
    if (!this.#append(level, text)) this.#lost += 1
  }

  /** Whether the disk took it. */
  #append(level: LogLevel, text: string): boolean {
    const { now, secrets, file, maxBytes } = this.#options
    const safe = redact(text, secrets)
      .replaceAll(/\s*[\r\n]+\s*/g, ' | ')
      .slice(0, 4_000)
    const line = `${new Date(now()).toISOString()} ${level.padEnd(7)} ${safe}\n`
    try {
      if (this.#bytes + line.length > maxBytes) this.#rotate()
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      appendFileSync(file, line, { mode: 0o600 })
      this.#bytes += Buffer.byteLength(line)
      return true
    } catch {
      // Said with the next line that can be written: the work doesn't depend on its log.
      return false
    }
  }

  #rotate(): void {
    const { file, kept } = this.#options
    rmSync(`${file}.${kept}`, { force: true })
    for (let age = kept - 1; age >= 1; age -= 1) move(`${file}.${age}`, `${file}.${age + 1}`)
    move(file, `${file}.1`)
    this.#bytes = sizeOf(file)
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
