import type { ProblemCode } from '../../api/problems.ts'
import { agentsEn } from './agentsEn.ts'
import type { PathPart, ProblemText, RoleName } from './text.ts'

const noToken = {
  title: 'Who are you?',
  fix: 'Send Authorization: Bearer <token>, with a token that is valid.',
} as const
const notAllowed = 'You may not do this'
const changed = {
  title: 'It has changed since you read it',
  fix: 'Read it again, then decide again.',
} as const
const tags = 'Its tag is {etag} now, not {named}.'
const agentBusy = {
  title: 'The agent of {serverId} has something in hand',
  fix: 'Pause the client and wait until it has ended. If the machine is lost, say first what became of the servers under way (atlas server resolve), then forget its agent.',
} as const
const askSomebody = 'Ask another person with the role approver.'
const listedBy = 'lists them.'
const unproven = { title: 'Labs have not proven what this plan would run' } as const
const unknownBuilds = 'Of {unknown} servers nobody knows the build: {examples}, …'
const runLab =
  'Run the lab kit (agent/lab) on such a Windows and `atlas evidence add FILE`, or answer for it: `atlas evidence waive BUILD`.'
const prepareFirst =
  'Prepare the campaign: that looks at its servers. Agents of hosts and backup servers tell it. Or exclude the server.'
const inFuture = '"until" is plan time, epoch ms, in the future.'

/** The parameters that these name are those that a refusal must give. */
export const problemsEn = {
  ...agentsEn,
  noSuchPath: { title: 'There is no such path', fix: 'GET /api/openapi.json describes them all.' },
  wrongMethod: { title: '{method} is not for this path', fix: 'It takes {allow}.' },
  notInPath: { title: '"{text}" is no {part}' },
  bodyTooLarge: { title: 'The body is too large', detail: 'At most {most} bytes are read here.' },
  bodyTooDeep: { title: 'The body is nested too deeply', detail: 'At most {most} levels are read.' },
  bodyNotJson: { title: 'The body is not JSON', fix: 'Send one JSON document in UTF-8.' },
  badBody: { title: 'The body is not what this call takes', detail: '{faults}' },
  badQuery: { title: 'The query is not what this call takes', detail: '{faults}' },
  badCursor: {
    title: 'That is no cursor of this list',
    fix: 'Send `next` of the page before as it came, or no cursor for the first page.',
  },
  badIdempotencyKey: {
    title: 'That is no idempotency key',
    fix: 'Send 1 to 200 visible ASCII characters, a UUID for example.',
  },
  idempotencyKeyReused: {
    title: 'That key was used for another call',
    fix: 'Take a new key for each call; repeat the same call with the same key.',
  },
  idempotencyKeyInUse: {
    title: 'This call is being done at this moment',
    fix: 'Wait for its answer, or repeat it in a moment.',
  },
  idempotencyAnswerNotKept: {
    title: 'This was done already; its answer was too large to keep',
    detail: 'It was answered with {status}.',
    fix: 'Read what it made instead of making it again.',
  },
  tooManyRequests: {
    title: 'Too many requests',
    detail: 'More {limit} than ATLAS takes from one caller (app setting ATLAS_LIMITS).',
    fix: 'Wait {seconds} s, then go on more slowly.',
  },
  storeBusy: { title: 'The store is busy', fix: 'Try again in a moment.' },
  internal: {
    title: 'ATLAS failed to do this',
    detail: 'Nothing is known of the cause here; the log of the function app has it.',
  },

  tokenMissing: { ...noToken, detail: 'The request carries no bearer token.' },
  tokenTooLong: { ...noToken, detail: 'The token is too long to be one.' },
  tokenUnknown: { ...noToken, detail: 'The token is not known.' },
  tokenRefused: { ...noToken, detail: 'The token was refused: {message}' },
  roleMissing: {
    title: notAllowed,
    detail: '{name} is {has}; this takes one of {takes}.',
    fix: 'Ask somebody who has such a role.',
  },
  wholeFleetOnly: {
    title: notAllowed,
    detail: '{name} sees only some clients ({clients}); this concerns the whole fleet.',
    fix: 'Ask somebody who sees all clients.',
  },

  clientChanged: { ...changed, detail: `[Since then: {changes}. ]${tags}` },
  clientChangedJustNow: { ...changed, detail: `Something was written at this very moment. ${tags}` },
  campaignChanged: { ...changed, detail: `The campaign is {campaignState} now. ${tags}` },
  todoChanged: { ...changed, detail: `The item was taken or noted on meanwhile. ${tags}` },

  noSuchClient: { title: 'There is no client {clientId}', fix: 'GET /api/inventory names them.' },
  noSuchServer: { title: 'There is no server {serverId}', fix: `GET /api/servers ${listedBy}` },
  noSuchCampaign: { title: 'There is no campaign {campaignId}', fix: `GET /api/campaigns ${listedBy}` },
  noSuchRing: { title: 'Campaign {campaignId} has no ring {ring}', fix: 'Its rings are: {rings}.' },
  noSuchImport: { title: 'There is no import {importId}' },
  noSuchApproval: {
    title: 'There is no request for approval {approvalId}',
    fix: `GET /api/approvals ${listedBy}`,
  },
  noSuchEnrolment: {
    title: 'No host waits as {enrolmentId}',
    fix: 'GET /api/enrolments lists those that do.',
  },
  noSuchEnrolmentToken: {
    title: 'There is no usable enrolment token {tokenId}',
    fix: `GET /api/enrolment-tokens ${listedBy}`,
  },
  noSuchTodo: {
    title: 'There is no open item {todoId}',
    fix: 'Its cause may be gone: GET /api/todo lists what is open.',
  },
  noSuchWaiver: { title: 'Server {serverId} has no waiver', fix: `GET /api/waivers ${listedBy}` },
  noSuchCalendar: { title: 'There is no such calendar', fix: 'Ask your provider for its address.' },
  serverNotInCampaign: {
    title: 'Server {serverId} has no place in {campaignId}',
    fix: 'GET /api/servers/{serverId} lists its places.',
  },
  serverInNoCampaign: {
    title: 'Server {serverId} has no place in any campaign',
    fix: 'This can be done once a campaign with this server has begun.',
  },

  inventoryRefused: { title: '{file} was refused: {count} fault(s), nothing was applied' },
  importOfOtherFile: {
    title: 'Import {importId} is of another file or with other options',
    fix: 'Send the same file with the same options to go on with it, or give another importId.',
  },

  categoryNotApprovable: {
    title: 'Never approved as a category: {categories}',
    fix: 'Name drivers, previews and feature upgrades in updates.ids, by KB or id.',
  },
  nothingToPlan: {
    title: 'There is nothing to plan',
    detail: '{reason}',
    fix: 'Select clients, rings or everything; an empty selection is never "all".',
  },
  otherPlanHash: {
    title: 'That is not the hash of this plan',
    detail: 'The plan of {campaignId} has hash {planHash}.',
    fix: 'Read the plan again; approve and start only what you have read.',
  },
  evidenceLacking: { ...unproven, detail: '{lacking}', fix: runLab },
  buildsUnknown: { ...unproven, detail: unknownBuilds, fix: prepareFirst },
  evidenceLackingBuildsUnknown: {
    ...unproven,
    detail: `{lacking} ${unknownBuilds}`,
    fix: `${runLab} ${prepareFirst}`,
  },
  otherEvidence: {
    title: 'Other evidence has this id',
    detail: '{evidenceId} came from {host}, added by {addedBy}.',
    fix: 'Run the lab kit again; do not edit what it writes.',
  },
  noSuchBuildWaiver: { title: 'Windows {build} has no waiver', fix: `GET /api/build-waivers ${listedBy}` },
  ownPlan: { title: 'Who made a plan does not approve it', fix: askSomebody },
  stopIsRaised: { title: 'The emergency stop is raised', fix: 'Release it first: POST /api/release.' },
  campaignNotApprovable: {
    title: "The campaign can't be approved: {campaignState}",
    fix: 'Only a planned campaign is approved.',
  },
  campaignNotStartable: {
    title: "The campaign can't be started: {campaignState}",
    fix: 'A plan is approved by a second person first, then started once.',
  },
  campaignNotPreparable: {
    title: "The campaign can't be prepared: {campaignState}",
    fix: 'A campaign is prepared until it is started.',
  },
  linesInUse: {
    title: 'Campaign {campaignId} is fetching updates over the same lines',
    detail: '{clients}',
    fix: 'Wait until its preparation has ended, or prepare without downloads.',
  },
  campaignNotPausable: {
    title: "The campaign can't be paused: {campaignState}",
    fix: 'Only one that is in progress can.',
  },
  campaignNotResumable: {
    title: "The campaign can't be resumed: {campaignState}",
    fix: 'Only a paused one can.',
  },
  campaignNotCancellable: {
    title: "The campaign can't be cancelled: {campaignState}",
    fix: 'It has ended; there is nothing left to cancel.',
  },

  ringNotHoldable: {
    title: 'Ring {ring} has passed',
    fix: 'Hold a ring that is waiting or running.',
  },
  ringNotHeld: {
    title: 'Nobody holds ring {ring}',
    fix: 'What its gate or its breaker holds is promoted.',
  },
  ringPassed: { title: 'Ring {ring} has passed', fix: 'Promote the ring that waits.' },
  ringRuns: {
    title: 'Ring {ring} runs: nothing of it waits to be promoted',
    fix: 'Promote it when its gate or its breaker holds it; the list of what waits for somebody says so.',
  },

  clientIsStopped: {
    title: 'Client {clientId} is stopped',
    fix: 'A pause would let its servers go on. Resume it first, then pause it.',
  },
  pauseOver: { title: 'The pause would be over already', fix: inFuture },
  exclusionOver: { title: 'The exclusion would be over already', fix: inFuture },
  lockInUse: {
    title: 'Client {clientId} stays locked: {count} command(s) may still be at work',
    detail: '{commands}',
    fix: 'Their agents were asked. Try again once they have answered; see what holds them up on the machines.',
  },

  campaignNotUnderWay: {
    title: 'Campaign {campaignId} is not under way: {campaignState}',
    fix: 'A server is retried in a campaign that runs or carries over; plan another campaign for it.',
  },
  commandOpen: {
    title: 'A command may still be at work on {on}',
    detail: '{commandId}',
    fix: 'Its agent was asked. Try again once it has answered; see what holds it up on the machine.',
  },
  retryPending: { title: "Server {serverId} can't be retried: {cell}", fix: 'It waits for its turn.' },
  retryRunning: { title: "Server {serverId} can't be retried: {cell}", fix: 'It is under way.' },
  retryUnknown: {
    title: "Server {serverId} can't be retried: {cell}",
    fix: 'Say what you found on it first: POST /api/servers/{serverId}/resolve.',
  },
  retryDone: {
    title: "Server {serverId} can't be retried: {cell}",
    fix: 'It succeeded, or comes by itself in its next window.',
  },
  serverNotEnrolled: {
    title: 'Server {serverId} is not enrolled',
    fix: 'Enrol its agent, then retry it.',
  },
  serverQuarantined: {
    title: 'Server {serverId} is in quarantine',
    detail: '{reason}',
    fix: 'See on the machines which one it is and switch a clone off, end the quarantine (trust), then retry it.',
  },
  serverExcluded: {
    title: 'Server {serverId} is excluded',
    fix: 'Take its exclusion, or that of its client, back: POST …/include gives it its place.',
  },
  serverNotQuarantined: { title: '{serverId} is not in quarantine', fix: 'Nothing is to be ended.' },
  noAgentToForget: {
    title: 'No agent is enrolled as {serverId}',
    fix: 'There is nothing to forget: issue a token and enrol the host.',
  },
  agentUnderWay: { ...agentBusy, detail: 'Under way: {servers}' },
  agentRemovesCheckpoint: { ...agentBusy, detail: 'A checkpoint is being removed there.' },
  agentJustTaken: { ...agentBusy, detail: "A campaign took the client's lock at this very moment." },
  nothingToResolve: {
    title: 'There is nothing to resolve on server {serverId}: {cell}',
    fix: 'Only what needs an operator, or is unknown, is resolved.',
  },
  badWaiverEnd: {
    title: 'A waiver ends in the future, at most {mostDays} days ahead',
    fix: '"until" is plan time, epoch ms.',
  },
  updateNotBlocked: { title: '{kb} is not blocked', fix: 'GET /api/updates says which are.' },

  todoTaken: { title: '{takenBy} has taken it', fix: 'Ask them, or take it over with "force".' },
  ownRequest: { title: 'Who asks does not approve', fix: askSomebody },
  approvalReplaced: {
    title: 'Request {approvalId} was replaced by a newer one',
    fix: 'Read the list again.',
  },
  approvalNotWaiting: {
    title: 'That request was judged already, or is over',
    fix: 'Whoever needs it asks again, by the same call.',
  },
  alreadyEnrolled: {
    title: '{serverId} is enrolled already',
    fix: 'Refuse this one, or have that agent forgotten: atlas server forget.',
  },
} as const satisfies Record<ProblemCode, ProblemText>

/** After "is no". */
export const pathPartsEn: Readonly<Record<PathPart, string>> = {
  approval: 'request for approval',
  build: 'build of Windows',
  campaign: 'campaign',
  client: 'client',
  enrolment: 'enrolment',
  enrolmentToken: 'enrolment token',
  export: 'list (orchestration, globalstatus, clientconfig)',
  import: 'import',
  kb: 'KB (such as KB5031364)',
  ring: 'ring (0, 1, 2 or 3)',
  server: 'server',
  todo: 'open item',
}

export const rolesEn: Readonly<Record<RoleName, string>> = {
  admin: 'admin',
  operator: 'operator',
  approver: 'approver',
  observer: 'observer',
}
