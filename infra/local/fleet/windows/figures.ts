import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FleetServer } from '../fleetFile.ts'
import type { WorkRow } from './store.ts'

/** Lines kept in memory before they are written: these are figures, not evidence. */
const bufferedLines = 100
/** Whoever reads the campaign's result a moment after its end finds every line. Wire ms. */
const flushAfterMs = 20

/** `work.ndjson`: how long each finished task took. */
export class WorkFigures {
  readonly #file: string
  #lines: string[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true })
    this.#file = file
  }

  add({ host, client }: FleetServer, { task, commandId, begunAt, endsAt, acceptMs }: WorkRow): void {
    const line = { server: host, client, kind: task.kind, commandId, planMs: endsAt - begunAt, acceptMs }
    this.#lines.push(`${JSON.stringify(line)}\n`)
    if (this.#lines.length >= bufferedLines) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), flushAfterMs)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines.length > 0) appendFileSync(this.#file, this.#lines.join(''))
    this.#lines = []
  }
}
