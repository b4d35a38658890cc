import type { AgentEvent } from '../events.ts'
import type { Log, LogLevel } from './log.ts'
import { messageOf } from './problems.ts'

/** What an administrator should see without looking: goes to the Windows event log as well. */
export type Alarm = 'quarantined' | 'journalUnwritable' | 'messageRejected'

export interface Told {
  readonly level: LogLevel
  readonly text: string
  readonly alarm?: Alarm
}

/** A failure that stays the same is said again only this often, ms. */
const againMs = 10 * 60_000

/** Turns what happens to the agent into log lines: each change once, not each repetition. */
export class Teller {
  readonly #log: Log
  readonly #alarm: (alarm: Alarm, text: string) => void
  readonly #monotonicNow: () => number
  #failure: { readonly text: string; readonly at: number } | undefined
  #quarantined: string | undefined
  #epoch: number | undefined

  constructor(log: Log, alarm: (alarm: Alarm, text: string) => void, monotonicNow: () => number) {
    this.#log = log
    this.#alarm = alarm
    this.#monotonicNow = monotonicNow
  }

  onEvent(event: AgentEvent): void {
    for (const { level, text, alarm } of this.#said(event)) {
      this.#log.write(level, text)
      if (alarm !== undefined) this.#alarm(alarm, text)
    }
  }

  #said(event: AgentEvent): Told[] {
    switch (event.kind) {
      case 'accepted': {
        const { commandId, task, subject } = event.facts
        return [{ level: 'info', text: `command ${commandId}: ${task.kind} of ${subject.serverId} accepted` }]
      }
      case 'ended':
        return [endOf(event.report)]
      case 'acknowledged': {
        const lost = event.verdict === 'unknownCommand' || event.verdict === 'invalid'
        const text = `command ${event.report.commandId}: the server has the report (${event.verdict})`
        return [{ level: lost ? 'warning' : 'debug', text }]
      }
      case 'messageRejected':
        return [
          {
            level: 'error',
            text: `a message was rejected, nothing of it was done: ${event.why}: ${event.message}`,
            alarm: 'messageRejected',
          },
        ]
      case 'messageIgnored':
        return [{ level: 'warning', text: `a message was left aside: ${event.why}` }]
      case 'connected':
        return [{ level: 'info', text: 'at its queue' }]
      case 'disconnected':
        return [{ level: 'info', text: `left its queue: ${event.why}` }]
      case 'heard':
        return this.#heard(event.answer)
      case 'requestFailed':
        return this.#failed(`${event.what} failed: ${messageOf(event.error)}`)
      case 'journalUnwritable':
        return [
          {
            level: 'error',
            text: `the journal can't be written, no command is taken on: ${event.message}`,
            alarm: 'journalUnwritable',
          },
        ]
    }
  }

  #heard({ epoch, quarantined }: Extract<AgentEvent, { kind: 'heard' }>['answer']): Told[] {
    const told: Told[] = []
    if (this.#failure !== undefined) told.push({ level: 'info', text: 'the server answers again' })
    else if (this.#epoch === undefined) told.push({ level: 'info', text: 'the server answers' })
    else told.push({ level: 'debug', text: 'heartbeat answered' })
    if (this.#epoch !== undefined && epoch > this.#epoch)
      told.push({ level: 'warning', text: `stopped up to epoch ${epoch}: nothing older begins` })
    if (quarantined !== this.#quarantined) told.push(quarantineOf(quarantined))
    this.#failure = undefined
    this.#epoch = epoch
    this.#quarantined = quarantined
    return told
  }

  #failed(text: string): Told[] {
    const at = this.#monotonicNow()
    const known = this.#failure?.text === text && at - this.#failure.at < againMs
    if (known) return [{ level: 'debug', text }]
    this.#failure = { text, at }
    return [{ level: 'warning', text }]
  }
}

function endOf(report: Extract<AgentEvent, { kind: 'ended' }>['report']): Told {
  const about = `command ${report.commandId}`
  switch (report.type) {
    case 'accepted':
      return { level: 'info', text: `${about}: under way` }
    case 'succeeded':
      return { level: 'info', text: `${about}: ${report.kind} succeeded` }
    case 'failed': {
      const { code, message } = report.failure
      return { level: 'warning', text: `${about}: ${report.kind} failed: ${code}: ${message}` }
    }
    case 'interrupted':
      return { level: 'warning', text: `${about}: ${report.kind} was interrupted: ${report.message}` }
    case 'refused':
      return {
        level: 'warning',
        text: `${about}: ${report.kind} refused: ${report.reason}: ${report.message}`,
      }
    case 'tombstone':
      return { level: 'info', text: `${about}: never seen here, and it will never be carried out` }
  }
}

function quarantineOf(reason: string | undefined): Told {
  if (reason === undefined) return { level: 'info', text: 'out of quarantine: an operator trusts this host' }
  const why =
    reason === 'keyUsedTwice'
      ? 'two machines use the key of this one (a clone?)'
      : reason === 'setBackByOthers'
        ? 'this machine was set back to an older state (a restored checkpoint or backup?)'
        : reason
  return {
    level: 'error',
    text: `quarantined: ${why}. No command comes until an operator trusts it: atlas server trust`,
    alarm: 'quarantined',
  }
}
