import type { Report } from '../orchestrations/contracts/report.ts'
import type { CommandId } from '../orchestrations/domain/ids.ts'

/** Reports of the contract's batch. */
export const maxBatch = 100

/** Reports that wait for their acknowledgement, one a command: what ends it replaces what came before. */
export class Outbox {
  readonly #reports = new Map<CommandId, Report>()

  get size(): number {
    return this.#reports.size
  }

  put(report: Report): void {
    const waiting = this.#reports.get(report.commandId)
    if (waiting !== undefined && waiting.type !== 'accepted' && report.type === 'accepted') return
    this.#reports.set(report.commandId, report)
  }

  /** The oldest first. */
  batch(): Report[] {
    return [...this.#reports.values()].slice(0, maxBatch)
  }

  /** Takes out what was sent, unless something newer of the same command has come meanwhile. */
  sent(report: Report): void {
    if (this.#reports.get(report.commandId) === report) this.#reports.delete(report.commandId)
  }
}
