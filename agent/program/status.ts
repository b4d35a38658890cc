import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { AgentEvent } from '../events.ts'
import { hasCode, messageOf } from './problems.ts'
import { redact } from './redact.ts'

/** What a running agent tells of itself, for `status`. Times are the host's own wire clock, epoch ms. */
export const AgentStatus = z.object({
  version: z.string(),
  pid: z.int(),
  startedAt: z.int(),
  stoppedAt: z.int().optional(),
  server: z.string(),
  /** Present while an operator has to approve this host. */
  waiting: z.string().optional(),
  heardAt: z.int().optional(),
  /** The host's clock minus the server's, ms; absent before the first answer. */
  skewMs: z.int().optional(),
  failure: z.object({ at: z.int(), what: z.string(), message: z.string() }).optional(),
  connected: z.boolean(),
  quarantined: z.string().optional(),
})
export type AgentStatus = z.infer<typeof AgentStatus>

export interface StatusOptions {
  readonly file: string
  readonly version: string
  readonly server: string
  readonly now: () => number
  readonly skew: () => number | undefined
  /** What may not be written. */
  readonly secrets: readonly string[]
}

/** Keeps `status.json` as things happen: a write a heartbeat at most, while nothing else changes. */
export class StatusKeeper {
  readonly #options: StatusOptions
  #status: AgentStatus

  constructor(options: StatusOptions) {
    this.#options = options
    const { version, server, now } = options
    this.#status = { version, server, pid: process.pid, startedAt: now(), connected: false }
    this.#write()
  }

  onEvent(event: AgentEvent): void {
    const { now, skew, secrets } = this.#options
    switch (event.kind) {
      case 'heard': {
        const { failure: _, quarantined: __, ...rest } = this.#status
        const { quarantined } = event.answer
        const skewMs = skew()
        return this.#set({
          ...rest,
          heardAt: now(),
          ...(skewMs === undefined ? {} : { skewMs }),
          ...(quarantined === undefined ? {} : { quarantined }),
        })
      }
      case 'requestFailed': {
        const message = redact(messageOf(event.error), secrets).slice(0, 500)
        return this.#set({ ...this.#status, failure: { at: now(), what: event.what, message } })
      }
      case 'connected':
      case 'disconnected':
        return this.#set({ ...this.#status, connected: event.kind === 'connected' })
      case 'accepted':
      case 'ended':
      case 'acknowledged':
      case 'messageRejected':
      case 'messageIgnored':
      case 'journalUnwritable':
        return
    }
  }

  waiting(message: string | undefined): void {
    const { waiting: _, ...rest } = this.#status
    this.#set(message === undefined ? rest : { ...rest, waiting: message })
  }

  stopped(): void {
    this.#set({ ...this.#status, connected: false, stoppedAt: this.#options.now() })
  }

  #set(status: AgentStatus): void {
    this.#status = status
    this.#write()
  }

  #write(): void {
    const { file } = this.#options
    try {
      writeFileSync(`${file}.new`, JSON.stringify(this.#status), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    } catch {
      // Only a look from outside: `status` says how old what it shows is. A full disk is told by the journal.
    }
  }
}

/** Undefined when no agent has ever run here; throws when the file is none of the agent's. */
export function readStatus(file: string): AgentStatus | undefined {
  try {
    return AgentStatus.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
