import { counted as s } from '../number.ts'

/** One client and its servers: what is known, what can be done. */
export const clientTexts = {
  panelParts: 'Parts of the details',
  tabs: { servers: 'Servers', facts: 'Client', history: 'History' },
  unknownClient: (name: string) =>
    `The campaign has no client “${name}”. Close this and choose one on the board.`,
  unknownServer: (name: string) => `This client has no server “${name}” in the campaign. Choose one below.`,
  timesIn: (zone: string) => `Times in ${zone}`,
  showMore: (shown: number, all: number) => `${shown} of ${all} shown · show more`,
  holds: 'What keeps it from going on',
  holdStop: (actor: string, reason: string) =>
    `Emergency stop by ${actor}${reason === '' ? '' : ` « ${reason} »`}. Nothing starts until it is released.`,
  holdCampaign: (state: string, actor: string, reason: string) =>
    `The campaign is ${state} by ${actor}${reason === '' ? '' : ` « ${reason} »`}.`,
  excludedBy: (actor: string, reason: string, until: string | undefined) =>
    `Excluded by ${actor}${until === undefined ? '' : ` until ${until}`}: ${reason}`,
  lockedBy: (owner: string) => `Locked by ${owner}: only one campaign works at a client.`,

  factWindows: 'Maintenance windows',
  factNext: 'Next openings',
  factFreeze: 'Freeze dates',
  factAtOnce: 'Servers at once',
  factLock: 'Lock',
  lockFree: 'free',
  none: 'none',
  noWindowLeft: 'none in the next five weeks',
  everyDay: 'every day',
  checkpoints: 'Checkpoints that stand',
  noCheckpoints: 'No checkpoint stands.',
  checkpointStands: (name: string, since: string, due: string) =>
    `${name}, since ${since}, to be removed ${due}`,
  heldJobs: 'Backup jobs held',
  noHeldJobs: 'No backup job is held.',
  jobsHeld: (jobs: string, on: string, since: string) => `${jobs}, on ${on}, since ${since}`,
  waivers: 'Backup waivers',
  noWaivers: 'The backup is required everywhere.',
  waiverStands: (until: string, actor: string, reason: string) =>
    `Backup not required until ${until}, by ${actor}: ${reason}`,
  calendar: 'Calendar feed…',
  calendarOf: (name: string) => `Calendar feed of ${name}`,
  calendarSays: 'Whoever has this address may read the client’s dates:',

  usuallyTakes: (from: string, to: string, of: number) =>
    from === to
      ? `usually ${from} (${s(of, 'time', 'times')} here)`
      : `usually ${from} to ${to} (${of} times here)`,
  usuallyUnknown: 'how long it takes is not known yet',
  attemptsOf: (host: string) => `Attempts of ${host}`,
  neverHeard: 'Its agent has never been heard from',
  heardAgo: (age: string) => `Last heard ${age} ago`,
  noAgent: 'No agent is enrolled',
  build: 'build',
  canBeUndone: (host: string, since: string, due: string) =>
    `Can be undone: checkpoint of ${since} on ${host}, to be removed ${due}.`,
  nothingToUndo: 'Nothing can be undone by a checkpoint: none stands.',
  factsMissing: (why: string) => `What is known of this server could not be read. ${why}`,

  mayNot: (mine: string, wanted: string) => `You are ${mine}; this takes ${wanted}. Ask somebody who is.`,
  or: ' or ',
  operatorRoles: { admin: 'admin', operator: 'operator', approver: 'approver', observer: 'observer' },
  reasonRequired: 'Reason (kept in the ledger)',
  reasonMissing: 'Say why: it is kept in the ledger.',
  forDays: (n: number) => s(n, 'day', 'days'),
  untilIncluded: 'Until somebody includes it again',
  awaitsSecond: (what: string) =>
    `${what}: a second person has to allow it (To do). Once allowed, do it again within half an hour.`,
  tooMany: (seconds: number) => `Too many calls at once. Try again in ${seconds} s.`,
  acceptedPlain: (what: string) => `${what}: accepted.`,
  acceptedShort: 'accepted',

  pauseInHand: (hosts: string) => (hosts === '' ? 'No server is in hand.' : `In hand: ${hosts}.`),
  stopClient: 'Stop',
  stopOf: (name: string) => `Stop ${name}`,
  stopClientTitle: (name: string) => `Stop ${name} now?`,
  stopClientInHand: (hosts: string) =>
    hosts === '' ? 'No server is in hand.' : `In hand: ${hosts}. It goes on to its next safe point.`,
  stopClientText: [
    'No other server of this client starts. Other clients go on.',
    'It stays stopped until somebody resumes it.',
  ] as readonly string[],
  exclude: 'Exclude',
  include: 'Include',
  excludeOf: (name: string) => `Exclude ${name}`,
  excludeTitle: (name: string) => `Exclude ${name}?`,
  excludeServerText: [
    'It is not started, in no campaign. If it is under way it finishes through its verification.',
  ] as readonly string[],
  excludeClientText: (servers: number): readonly string[] => [
    `None of its ${s(servers, 'server', 'servers')} is started, in no campaign. The one in hand finishes through its verification.`,
  ],
  includeOf: (name: string) => `Include ${name}`,
  includeTitle: (name: string) => `Include ${name} again?`,
  includeText: ['It takes part again, as soon as its window and its ring allow.'] as readonly string[],
  unlock: 'Unlock',
  unlockOf: (name: string) => `Unlock ${name}`,
  unlockTitle: (name: string) => `Take the lock of ${name}?`,
  unlockText: [
    'The campaign that holds it can command nothing more here. This is refused while one of its commands is open.',
  ] as readonly string[],
  reportOf: 'Report',
  retryServer: 'Retry',
  retryOf: (host: string) => `Retry ${host}`,
  retryTitle: (host: string) => `Try ${host} again?`,
  retryText: [
    'It gets its place in the campaign back and starts from the first step, in its window and after the servers in hand.',
  ] as readonly string[],
  resolve: 'Resolve…',
  resolveOf: (host: string) => `Resolve ${host}`,
  resolveTitle: (host: string) => `What became of ${host}?`,
  resolveText: [
    'Say what you found on the machine. ATLAS sends it nothing more and counts it as you say.',
  ] as readonly string[],
  resolveOutcome: 'It ended as',
  resolveReason: 'What you found (kept in the ledger)',
  trust: 'Trust again',
  trustOf: (host: string) => `Trust ${host}`,
  trustTitle: (host: string) => `Trust the agent of ${host} again?`,
  trustText: [
    'Commands go to it again. Do this when you know which machine holds its key.',
  ] as readonly string[],
  lookedAt: (when: string) => `looked at ${when}`,
  forget: 'Forget the agent…',
  forgetOf: (host: string) => `Forget the agent of ${host}`,
  forgetTitle: (host: string) => `Forget the agent of ${host}?`,
  forgetText: [
    'For a machine that was reinstalled, replaced or has lost its key. The old key is void at once: whoever holds it is refused.',
    'Then issue an enrolment token and install the agent there again; until then no command goes to this server.',
  ] as readonly string[],
  waiverAdd: 'Waive backup…',
  waiverRemove: 'Require backup',
  waiveOf: (host: string) => `Waive the backup of ${host}`,
  waiveTitle: (host: string) => `Update ${host} without a recent backup?`,
  waiveText: [
    'Until the end that you choose it is updated although its newest restore point is missing or too old.',
  ] as readonly string[],
  unwaiveOf: (host: string) => `Require the backup of ${host}`,
  unwaiveTitle: (host: string) => `Require the backup of ${host} again?`,
  unwaiveText: ['It starts only with a recent restore point.'] as readonly string[],
  cancelCampaign: 'Cancel the campaign',
  cancelTitle: (name: string) => `Cancel “${name}”?`,
  cancelText: [
    'Servers in hand finish through their verification; no other starts, ever, in this campaign.',
    'What has been done stays done. This cannot be taken back.',
  ] as readonly string[],
}
