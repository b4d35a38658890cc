import { z } from 'zod'
import { Reason } from '../../domain/reasons.ts'
import { InventoryFault } from './faults.ts'

/**
 * Every refusal of the API, with the HTTP status that it answers. The code is what a program decides by; its sentences
 * are in contracts/words/problems.
 */
export const problemStatuses = {
  // the call as such
  noSuchPath: 404,
  wrongMethod: 405,
  notInPath: 404,
  bodyTooLarge: 413,
  bodyTooDeep: 400,
  bodyNotJson: 400,
  badBody: 400,
  badQuery: 400,
  badCursor: 400,
  badIdempotencyKey: 400,
  idempotencyKeyReused: 422,
  idempotencyKeyInUse: 409,
  idempotencyAnswerNotKept: 409,
  tooManyRequests: 429,
  storeBusy: 503,
  internal: 500,
  // who asks
  tokenMissing: 401,
  tokenTooLong: 401,
  tokenUnknown: 401,
  tokenRefused: 401,
  roleMissing: 403,
  wholeFleetOnly: 403,
  // what was read has changed since
  clientChanged: 412,
  clientChangedJustNow: 412,
  campaignChanged: 412,
  todoChanged: 412,
  // what there isn't
  noSuchClient: 404,
  noSuchServer: 404,
  noSuchCampaign: 404,
  noSuchRing: 404,
  noSuchImport: 404,
  noSuchApproval: 404,
  noSuchEnrolment: 404,
  noSuchEnrolmentToken: 404,
  noSuchTodo: 404,
  noSuchWaiver: 404,
  noSuchCalendar: 404,
  serverNotInCampaign: 404,
  serverInNoCampaign: 404,
  // inventory
  inventoryRefused: 422,
  importOfOtherFile: 409,
  // plan and campaign
  categoryNotApprovable: 400,
  nothingToPlan: 422,
  otherPlanHash: 409,
  ownPlan: 403,
  stopIsRaised: 409,
  evidenceLacking: 409,
  buildsUnknown: 409,
  evidenceLackingBuildsUnknown: 409,
  campaignNotApprovable: 409,
  campaignNotStartable: 409,
  campaignNotPreparable: 409,
  linesInUse: 409,
  campaignNotPausable: 409,
  campaignNotResumable: 409,
  campaignNotCancellable: 409,
  // evidence of labs
  otherEvidence: 409,
  noSuchBuildWaiver: 404,
  // rings
  ringNotHoldable: 409,
  ringNotHeld: 409,
  ringPassed: 409,
  ringRuns: 409,
  // clients
  clientIsStopped: 409,
  pauseOver: 400,
  exclusionOver: 400,
  lockInUse: 409,
  // servers
  campaignNotUnderWay: 409,
  commandOpen: 409,
  retryPending: 409,
  retryRunning: 409,
  retryUnknown: 409,
  retryDone: 409,
  serverNotEnrolled: 409,
  serverQuarantined: 409,
  serverExcluded: 409,
  serverNotQuarantined: 409,
  noAgentToForget: 409,
  agentUnderWay: 409,
  agentRemovesCheckpoint: 409,
  agentJustTaken: 409,
  nothingToResolve: 409,
  badWaiverEnd: 400,
  updateNotBlocked: 409,
  // what waits for somebody
  todoTaken: 409,
  ownRequest: 403,
  approvalReplaced: 409,
  approvalNotWaiting: 409,
  alreadyEnrolled: 409,
  // agents
  assertionMissing: 401,
  assertionTooLong: 401,
  assertionMalformed: 401,
  assertionAlgorithm: 401,
  assertionClaims: 401,
  assertionTime: 401,
  assertionBody: 401,
  assertionSigner: 401,
  assertionSignature: 401,
  assertionRepeated: 401,
  badEnrolmentToken: 403,
  enrolmentTokenFull: 403,
  hostNotInInventory: 404,
  enrolledWithOtherKey: 409,
  badPublicKey: 400,
  badHostName: 400,
  otherKeyWaits: 409,
  enrolmentRefused: 403,
} as const satisfies Readonly<Record<string, number>>

export type ProblemCode = keyof typeof problemStatuses
export const problemCodes = Object.keys(problemStatuses) as [ProblemCode, ...ProblemCode[]]
export const ProblemCode = z.enum(problemCodes)

/**
 * RFC 9457. `code` names the refusal, `params` what its sentences are filled with; `type` names its kind, e.g.
 * `/problems/conflict`. Sentences are in the language of Accept-Language (en, fr). `errors` lists each refusal of a
 * file: line, column, what to do.
 */
export const Problem = z.object({
  type: z.string(),
  /** Absent when it isn't ATLAS that refused, or a newer one than the reader. */
  code: ProblemCode.optional().catch(undefined),
  params: z.record(z.string(), z.union([z.string(), z.number(), Reason])).optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  /** The path that was asked. */
  instance: z.string().optional(),
  /** What to do about it. */
  fix: z.string().optional(),
  errors: z.array(InventoryFault).optional(),
})
export type Problem = z.infer<typeof Problem>
