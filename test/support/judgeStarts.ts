import { bansOf, covers } from './judgeOperator.ts'
import { settingsOf, tell, type Effect, type Rule, type Terms, type Violation } from './judgeRecord.ts'
import { tellTurn, type Turn } from './judgeTurns.ts'
import { isInside } from './judgeWindows.ts'

/** How long a stop, a hold or a pause may take to reach everybody, wire ms (architecture.md, section 6). */
const patienceMs = 5_000
/** From the decision to start a server to its first line: issue, queue, acceptance; wire ms. */
const startMs = 5_000
/**
 * From an agent's last look at its plan clock to the machine's line: its journal's fsync; wire ms. A command carries
 * its window's end and its agent refuses what comes later, so neither ATLAS nor the queue is given any time.
 */
const beginMs = 500

const undoing = new Set(['removeCheckpoint', 'restoreCheckpoint', 'uninstall', 'releaseJobs', 'undrain'])
const changing = ['install', 'uninstall', 'reboot']

/** When nothing may begin: windows and freeze dates, stops, pauses, holds, exclusions. */
export function judgeStarts(record: readonly Effect[], turns: readonly Turn[], terms: Terms): Violation[] {
  const starts = turns.filter((turn) => !isCleanUp(turn, turns, terms))
  return [
    ...outsideWindows(starts, terms),
    ...tooLate(starts, terms),
    ...afterStops(record, terms),
    ...afterClientStops(turns, terms),
    ...whilePaused(turns, terms),
  ]
}

/**
 * Jobs are released that were held, or nothing but a checkpoint whose time is over is removed: that starts no server, and is bound to no window. One that
 * is removed earlier belongs to its server's turn.
 */
function isCleanUp({ server, first, lines }: Turn, turns: readonly Turn[], terms: Terms): boolean {
  if (lines.every(({ kind }) => kind === 'releaseJobs')) return true
  if (lines.some(({ kind }) => kind !== 'removeCheckpoint' && kind !== 'releaseJobs')) return false
  const keptMs = settingsOf(terms).checkpointKeepHours * 3_600_000
  const made = turns
    .filter((turn) => turn.server.serverId === server.serverId)
    .flatMap((turn) => turn.lines.filter(({ kind, phase }) => kind === 'checkpoint' && phase === 'begun'))
  return made.length > 0 && made.every(({ at }) => at > first.at || first.at - at >= keptMs)
}

/** What is under way is brought to its end; nothing new is begun on a machine. */
function outsideWindows(turns: readonly Turn[], { operator, speed = 1 }: Terms): Violation[] {
  // As plan time, what a moment of wire time is at this run's speed; a record that was made by hand has none.
  const slackMs = operator === undefined ? 0 : beginMs * speed
  return turns.flatMap(({ client, first, lines }) => {
    const inTime = lines.filter(({ phase, at }) => phase === 'begun' && isInside(at, client))
    const begunInTime = new Set(inTime.map(({ kind }) => kind))
    // A reboot finishes what was installed; one before that is as new as any other change.
    const mayReboot = changing.some((kind) => begunInTime.has(kind))
    const isFinishing = ({ kind }: Effect): boolean =>
      undoing.has(kind) || begunInTime.has(kind) || (kind === 'reboot' && mayReboot)
    return lines
      .filter(({ phase }) => phase === 'begun')
      .filter((effect) => !isFinishing(effect) || !isInside(first.at, client))
      .filter(({ at }) => !isInside(at, client) && !isInside(at - slackMs, client))
      .map((effect): Violation => ({ rule: 'outsideWindow', evidence: tell(effect) }))
  })
}

const stepMs = 5 * 60_000

/** From its start a server's window stays open as long as it may take, with a rollback. */
function tooLate(turns: readonly Turn[], terms: Terms): Violation[] {
  const { serverMinutes, rollbackReserveMinutes } = settingsOf(terms)
  const { speed = 1, operator } = terms
  // Without the plan's settings nobody can say how long that is.
  if (operator === undefined) return []
  const needed = (serverMinutes.p95 + rollbackReserveMinutes) * 60_000 - startMs * speed
  return turns.flatMap(({ client, first, ...turn }): Violation[] => {
    for (let ahead = 0; ahead <= needed; ahead += stepMs)
      if (!isInside(first.at + ahead, client))
        return [
          {
            rule: 'startedTooLate',
            evidence: `${tellTurn({ client, first, ...turn })}: ${ahead / 60_000} min left`,
          },
        ]
    return []
  })
}

function afterStops(record: readonly Effect[], { stops = [], operator = [] }: Terms): Violation[] {
  const raised = bansOf(operator, 'stop', ['release']).map(({ from, until }) => ({
    at: from,
    boundMs: patienceMs,
    releasedAt: until,
  }))
  return record
    .filter(({ phase }) => phase === 'begun')
    .flatMap((effect): Violation[] => {
      const stop = [...stops, ...raised].find(
        ({ at, boundMs, releasedAt = Infinity }) => effect.wire > at + boundMs && effect.wire < releasedAt,
      )
      return stop === undefined
        ? []
        : [{ rule: 'afterStop', evidence: `${tell(effect)}, ${effect.wire - stop.at} ms after the stop` }]
    })
}

function afterClientStops(turns: readonly Turn[], { operator = [] }: Terms): Violation[] {
  const stops = bansOf(operator, 'stopClient', ['resumeClient'])
  return turns.flatMap(({ client, lines }) =>
    lines
      .filter(({ phase }) => phase === 'begun')
      .filter((effect) =>
        stops.some((stop) => stop.line.clientId === client.clientId && covers(stop, effect, patienceMs)),
      )
      .map((effect): Violation => ({ rule: 'afterClientStop', evidence: tell(effect) })),
  )
}

/** Pause, hold and exclusion let the server in hand finish; no further one begins its turn. */
function whilePaused(turns: readonly Turn[], { operator = [] }: Terms): Violation[] {
  const bans = [
    ...bansOf(operator, 'pauseCampaign', ['resumeCampaign']).map((ban) => ({
      ban,
      rule: 'startedPaused' as Rule,
      meant: () => true,
    })),
    ...bansOf(operator, 'pauseClient', ['resumeClient']).map((ban) => ({
      ban,
      rule: 'startedPaused' as Rule,
      meant: ({ client }: Turn) => client.clientId === ban.line.clientId,
    })),
    ...bansOf(operator, 'holdRing', ['promoteRing']).map((ban) => ({
      ban,
      rule: 'startedHeld' as Rule,
      meant: ({ client }: Turn) => client.ring === ban.line.ring,
    })),
    ...bansOf(operator, 'excludeServer', ['includeServer']).map((ban) => ({
      ban,
      rule: 'startedExcluded' as Rule,
      meant: ({ server }: Turn) => server.serverId === ban.line.serverId,
    })),
    ...bansOf(operator, 'excludeClient', ['includeClient']).map((ban) => ({
      ban,
      rule: 'startedExcluded' as Rule,
      meant: ({ client }: Turn) => client.clientId === ban.line.clientId,
    })),
  ]
  return turns.flatMap((turn) =>
    bans
      .filter(({ ban, meant }) => meant(turn) && covers(ban, turn.first, patienceMs))
      .map(({ rule }): Violation => ({ rule, evidence: tellTurn(turn) })),
  )
}
