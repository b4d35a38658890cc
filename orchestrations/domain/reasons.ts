import { z } from 'zod'

/**
 * Every reason that an operator can be shown. A reason travels as code and parameters and becomes a sentence,
 * in the reader's language, only where somebody reads it (contracts/words).
 */
export const reasonCodes = [
  // why nothing starts now
  'campaignPaused',
  'campaignCancelled',
  'emergencyStop',
  'clientPaused',
  'ringHeld',
  'ringTripped',
  'ringNotStarted',
  'windowClosed',
  'windowTooShort',
  'freezeDate',
  'lockedByOther',
  'serverUnderWay',
  'unknownUnderWay',
  'hostWaitsForGuests',
  'guestWaitsForHost',
  'partnerNotBack',
  'otherDomainControllerNotBack',
  'soaking',
  'waitsForPromote',
  'sampleTooSmall',
  'successRateTooLow',
  'evidenceMissing',
  'clientStopped',
  // why a ring passed
  'gatePassed',
  'ringEmpty',
  'promotedByOperator',
  // why a plan is refused
  'emptySelection',
  'unknownInSelection',
  'nothingLeftToPlan',
  'topologyCycle',
  // why a server ended as it did
  'updated',
  'nothingToInstall',
  'notEnrolled',
  'offline',
  'excluded',
  'carriedOver',
  'clientStoppedAfterFailure',
  'sharedHost',
  'noWindow',
  'backupMissing',
  'backupTooOld',
  'backupFresh',
  'backupWaived',
  'backupNotRequired',
  'rebootPending',
  'hostHold',
  'diskTooFull',
  'commandFailed',
  'commandRefused',
  'verifyFailed',
  'rolledBack',
  'rollbackNotAllowed',
  'rollbackFailed',
  'noAnswer',
  'interrupted',
  'resolvedByOperator',
  'internalError',
] as const
export const ReasonCode = z.enum(reasonCodes)
export type ReasonCode = z.infer<typeof ReasonCode>

/** Times in params are plan time, epoch ms, with a name that ends in `At`. */
export const Reason = z.object({
  code: ReasonCode,
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type Reason = z.infer<typeof Reason>

export function reason(code: ReasonCode, params?: Readonly<Record<string, string | number>>): Reason {
  return params === undefined ? { code } : { code, params: { ...params } }
}
