import type { CampaignSettings } from '../../../orchestrations/domain/settings.ts'

export type SettingName = keyof CampaignSettings

/** What each setting of a plan means, with its unit. Durations are plan time. */
export const settingsEn: Readonly<Record<SettingName, string>> = {
  maxRetries: 'further attempts of a step after its first one, 0 to 10',
  checkIntervalSeconds: 'longest pause between two looks at an open command, seconds, 10 to 3600',
  updateTimeoutSeconds:
    'after this the agent is asked what became of a command, seconds, 60 to 21600; nothing is killed',
  lockTimeoutSeconds: 'how long another campaign may hold a client’s lock before a human is asked, seconds',
  createSnapshots: 'make a checkpoint before installing, true or false',
  autoRollback: 'roll back by itself where the role allows it, true or false',
  requireBackup: 'refuse a server without a recent restore point, true or false',
  backupMaxAgeHours: 'oldest restore point that counts as recent, hours',
  minimumFreeBytes: 'free space that the system disk must have, bytes',
  successRate: 'share of counted servers that must have succeeded before the next ring, 0 to 1',
  minimumSample: 'fewest counted servers that prove a ring',
  breakerShare: 'the breaker trips at this share of the ring, 0 to 1, or at breakerCount, whichever is more',
  breakerCount: 'failures at which the breaker trips at the earliest',
  soakMinutes: 'observation after rings 0, 1, 2 and 3, minutes',
  autoPromote: 'start the next ring by itself once the gate is passed, true or false',
  onFailure: 'what a failed server does to its client: stopClient or continue',
  rollbackReserveMinutes: 'kept free at a window’s end for a rollback, minutes',
  serverMinutes: 'expected and pessimistic duration of one server until measured ones exist, minutes',
  unknownTimeoutMinutes: 'how long a server may stay unknown before a human is asked, minutes',
  offlineAfterSeconds: 'time without a heartbeat after which a server is offline, seconds',
  lateJoiners: 'servers that enter the inventory meanwhile: join or ignore',
  releaseCheckpoints: 'when a checkpoint goes: afterVerify or afterKeep',
  checkpointKeepHours: 'age at which a checkpoint goes, or is listed, hours',
  requireProof: 'a ring gets only what the rings before it installed, true or false',
  blockAfterClients: 'clients at which an update must fail to be blocked for all',
  probeDependents: 'probe again what depends on a SQL server or domain controller, true or false',
  wakeUnknownMinutes: 'somebody is woken when a server has been unknown for so long, minutes',
  drainMinutes: 'how long people on a remote desktop host are told and waited for, minutes, 0 to 240',
  logOffSessions: 'end the sessions that remain then, true or false; false: the server is skipped',
  jobWaitMinutes: 'how long a backup job that runs is waited for, once each try, minutes, 0 to 240',
  topology: 'look at hosts, guests, pairs and roles; false only for rehearsals, true or false',
}
