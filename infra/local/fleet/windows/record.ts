import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { effectKinds } from '../../../../orchestrations/contracts/tasks.ts'
import { wireNow } from '../../clock/wire.ts'
import type { FleetServer } from '../fleetFile.ts'
import { detailsOf, momentOf, phasesOf, type Phase } from './recordLine.ts'
import type { DrawsOf } from './recordLine.ts'
import type { WorkRow } from './store.ts'

/**
 * The independent record of effects: one JSON line when one begins and one when it has ended, for whoever
 * checks order, overlap and duplicates without trusting orchestrator or agent; and one (`seen`) for each look at a
 * machine before and after, with what was really there.
 */
export class EffectRecord {
  readonly #descriptor: number
  readonly #servers: ReadonlyMap<string, FleetServer>
  readonly #drawsOf: DrawsOf

  /** Cuts a torn last line and writes what the process before had no time to write. */
  constructor(
    file: string,
    servers: ReadonlyMap<string, FleetServer>,
    work: Iterable<WorkRow>,
    drawsOf: DrawsOf,
  ) {
    mkdirSync(dirname(file), { recursive: true })
    this.#servers = servers
    this.#drawsOf = drawsOf
    this.#descriptor = openSync(file, 'a+')
    const written = this.#readAndCut(file)
    for (const row of work) {
      for (const phase of phasesOf(row)) {
        const key = `${phase} ${row.commandId}`
        const left = written.get(key) ?? 0
        if (left > 0) written.set(key, left - 1)
        else this.#write(row, [phase])
      }
    }
  }

  /** A task has begun; one that only looks is written down when it has ended. */
  begun(row: WorkRow): void {
    if (effectKinds.has(row.task.kind)) this.#write(row, ['begun'])
  }

  /** A task has ended whose beginning was written before. */
  ended(row: WorkRow): void {
    this.#write(
      row,
      phasesOf(row).filter((phase) => phase !== 'begun'),
    )
  }

  /** A task that took no time. */
  begunAndEnded(row: WorkRow): void {
    this.#write(row, phasesOf(row))
  }

  #write(row: WorkRow, phases: readonly Phase[]): void {
    const server = this.#servers.get(row.about)
    if (server === undefined || phases.length === 0) return
    const draws = this.#drawsOf(row.about)
    const lines = phases.map((phase) => {
      const at = new Date(momentOf(row, phase)).toISOString()
      const { commandId, task } = row
      const line = { at, server: server.host, client: server.client, kind: task.kind, commandId, phase }
      return `${JSON.stringify({ ...line, ...detailsOf(row, phase, draws), wire: wireNow() })}\n`
    })
    writeSync(this.#descriptor, lines.join(''))
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #readAndCut(file: string): Map<string, number> {
    const bytes = readFileSync(file)
    const whole = bytes.lastIndexOf(0x0a) + 1
    if (whole < bytes.length) ftruncateSync(this.#descriptor, whole)
    const written = new Map<string, number>()
    for (const line of bytes.toString('utf8', 0, whole).split('\n')) {
      if (line === '') continue
      const { phase, commandId } = JSON.parse(line) as { phase: Phase; commandId: string }
      const key = `${phase} ${commandId}`
      written.set(key, (written.get(key) ?? 0) + 1)
    }
    return written
  }
}
