import type { AgentEvent } from '../../../agent/events.ts'
import type { FleetServer } from './fleetFile.ts'

/** Requests that fail come in thousands when the host is down: one line a second tells enough. */
let quietUntil = 0
let unsaid = 0

/** Writes what an operator of the simulation should see to standard error; the ordinary is not told. */
export function logEvent(server: FleetServer, event: AgentEvent): void {
  switch (event.kind) {
    case 'accepted':
    case 'ended':
    case 'heard':
    case 'connected':
    case 'disconnected':
      return
    case 'acknowledged':
      if (event.verdict === 'unknownCommand' || event.verdict === 'invalid')
        say(server, `report of ${event.report.commandId} was answered with ${event.verdict}`)
      return
    case 'messageRejected':
      return say(server, `message rejected: ${event.why}: ${event.message}`)
    case 'messageIgnored':
      return say(server, `message ignored: ${event.why}`)
    case 'journalUnwritable':
      return say(server, `journal: ${event.message}`)
    case 'requestFailed':
      return sayRarely(server, `${event.what} failed: ${String(event.error)}`)
  }
}

function say({ serverId }: FleetServer, text: string): void {
  process.stderr.write(`agent ${serverId}: ${text}\n`)
}

function sayRarely(server: FleetServer, text: string): void {
  const now = performance.now()
  if (now < quietUntil) {
    unsaid += 1
    return
  }
  say(server, unsaid === 0 ? text : `${text} (and ${unsaid} like it)`)
  quietUntil = now + 1_000
  unsaid = 0
}
