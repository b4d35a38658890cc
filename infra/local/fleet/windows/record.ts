import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { effectKinds } from '../../../../orchestrations/contracts/tasks.ts'
import { wireNow } from '../../clock/wire.ts'
import type { FleetServer } from '../fleetFile.ts'
import type { WorkRow } from './store.ts'

export type Phase = 'begun' | 'ended'

/**
 * The independent record of effects: one JSON line when one begins and one when it has ended, for whoever
 * checks order, overlap and duplicates without trusting orchestrator or agent.
 */
export class EffectRecord {
  readonly #descriptor: number
  readonly #servers: ReadonlyMap<string, FleetServer>

  /** Cuts a torn last line and writes what the process before had no time to write. */
  constructor(file: string, servers: ReadonlyMap<string, FleetServer>, work: Iterable<WorkRow>) {
    mkdirSync(dirname(file), { recursive: true })
    this.#servers = servers
    this.#descriptor = openSync(file, 'a+')
    const written = this.#readAndCut(file)
    for (const row of work) {
      const phases: Phase[] = row.outcome === undefined ? ['begun'] : ['begun', 'ended']
      for (const phase of phases) {
        const key = `${phase} ${row.commandId}`
        const left = written.get(key) ?? 0
        if (left > 0) written.set(key, left - 1)
        else this.write(row, phase)
      }
    }
  }

  /** Appends lines for an effect; a task that only reads leaves none. */
  write(row: WorkRow, ...phases: readonly Phase[]): void {
    const server = this.#servers.get(row.about)
    if (server === undefined || !effectKinds.has(row.task.kind)) return
    const lines = phases.map((phase) => {
      const at = new Date(phase === 'begun' ? row.begunAt : row.endsAt).toISOString()
      const { commandId, task } = row
      const line = { at, server: server.host, client: server.client, kind: task.kind, commandId, phase }
      return `${JSON.stringify({ ...line, wire: wireNow() })}\n`
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
