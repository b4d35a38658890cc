import { maxReportBytes } from '../orchestrations/contracts/report.ts'
import type { Report } from '../orchestrations/contracts/report.ts'
import type { CommandId } from '../orchestrations/domain/ids.ts'

/** Reports of the contract's batch. */
export const maxBatch = 100
/** Characters of a batch: well below the body that the server takes, whatever the letters. */
const maxBatchLength = Math.floor(maxReportBytes / 2)

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

  /** The oldest first: as many as fit, at least one. */
  batch(limit = maxBatch): Report[] {
    const batch: Report[] = []
    let length = 0
    for (const report of this.#reports.values()) {
      length += JSON.stringify(report).length
      if (batch.length === limit || (batch.length > 0 && length > maxBatchLength)) break
      batch.push(report)
    }
    return batch
  }

  /** Lets the others go first: this one was not taken. */
  postpone(report: Report): void {
    if (this.#reports.get(report.commandId) !== report) return
    this.#reports.delete(report.commandId)
    this.#reports.set(report.commandId, report)
  }

  /** Takes out what was sent, unless something newer of the same command has come meanwhile. */
  sent(report: Report): void {
    if (this.#reports.get(report.commandId) === report) this.#reports.delete(report.commandId)
  }
}
