import { settingsOf, tell, type Effect, type Terms, type Violation } from './judgeRecord.ts'
import { tellTurn, type Turn } from './judgeTurns.ts'

/** What has to be there before a machine is changed, and how often it may be restarted. */
export function judgeProofs(turns: readonly Turn[], terms: Terms): Violation[] {
  return turns.flatMap((turn) => [
    ...missingCheckpoints(turn),
    ...missingBackups(turn, terms),
    ...tooManyReboots(turn, terms),
  ])
}

/** The machine made a checkpoint in this turn, said that it worked, and it still stands. */
function missingCheckpoints({ server, lines }: Turn): Violation[] {
  if (server.kind !== 'vm' || server.runsOn === undefined) return []
  let stands = false
  return lines.flatMap((effect): Violation[] => {
    const { kind, phase, ok } = effect
    if (kind === 'checkpoint' && phase === 'ended') stands = ok !== false
    if ((kind === 'removeCheckpoint' || kind === 'restoreCheckpoint') && phase === 'begun') stands = false
    return kind === 'install' && phase === 'begun' && !stands
      ? [{ rule: 'noCheckpoint', evidence: tell(effect) }]
      : []
  })
}

/** What the machine's backup really was; a waiver that counts then stands for it. */
function missingBackups({ server, first, lines }: Turn, terms: Terms): Violation[] {
  const { backupMaxAgeHours, requireBackup } = settingsOf(terms)
  if (!requireBackup) return []
  const isWaived = ({ at }: Effect): boolean =>
    (terms.operator ?? []).some(
      ({ action, phase, serverId, plan, until = Infinity }) =>
        action === 'waive' &&
        phase === 'asked' &&
        serverId === server.serverId &&
        plan <= at &&
        // The gate is judged at the turn's beginning.
        first.at < until,
    )
  const isFresh = (backupAt: number | null): boolean =>
    backupAt !== null && first.at - backupAt <= backupMaxAgeHours * 3_600_000
  return lines
    .filter(({ kind, phase }) => kind === 'install' && phase === 'begun')
    .filter((effect) => effect.backupAt !== undefined && !isFresh(effect.backupAt) && !isWaived(effect))
    .map((effect) => ({ rule: 'noBackup', evidence: tell(effect) }))
}

/**
 * One that was pending before, one for each installation, removal or repair, one for each try to get a pending one done.
 * A machine that boots twice of itself for one command has still done what was planned.
 */
function tooManyReboots(turn: Turn, terms: Terms): Violation[] {
  const begun = (...kinds: readonly string[]): number =>
    turn.lines.filter(({ kind, phase }) => phase === 'begun' && kinds.includes(kind)).length
  const planned = 1 + begun('install', 'uninstall', 'repair') + settingsOf(terms).maxRetries
  const reboots = begun('reboot')
  return reboots > planned
    ? [{ rule: 'tooManyReboots', evidence: `${tellTurn(turn)}: ${reboots}, planned ${planned}` }]
    : []
}
