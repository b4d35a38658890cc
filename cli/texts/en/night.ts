import type { InventoryAnswer } from '../../../orchestrations/contracts/api.ts'

const s = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`)
const until = (time?: string | number): string => (time ? ` until ${time}` : '')

/** Servers, preparation, hand-over, notices, updates: the words of a night. */
export const nightEn = {
  waitsForServer: (seconds: number) => `ATLAS is busy; trying again in ${seconds} s.`,
  asksAgain: 'Sending it again; it starts nothing twice.',
  wouldTouch: (verb: string, clients: number, servers: number) =>
    `Dry run: \`atlas ${verb}\` would touch ${s(clients, 'client', 'clients')}, ${s(servers, 'server', 'servers')}.`,
  wouldTouchServers: (underWay: number, waiting: number) => `  ${underWay} under way, ${waiting} waiting`,
  nothingChanged: 'Nothing was changed.',
  changing: 'Working',
  changedOf: (done: number, all: number) =>
    all === 0 ? 'No server fits: nothing to do.' : `${done} of ${all} done.`,
  accepted: 'accepted',
  yesOrNo: '[y/N]',
  yesWord: 'yes',
  written: (file: string, bytes: number) => `${file} written, ${s(bytes, 'byte', 'bytes')}.`,
  updating: 'Campaign',
  inTrouble: (count: number) => `${count} in trouble`,

  importCounts: (answer: Pick<InventoryAnswer, 'added' | 'changed' | 'unchanged' | 'absent' | 'removed'>) =>
    [
      `${answer.added} new, ${answer.changed} changed, ${answer.unchanged} as before`,
      answer.removed > 0 ? `, ${answer.removed} removed` : '',
      answer.absent > 0 ? `, ${answer.absent} in ATLAS and not in the file` : '',
    ].join(''),
  readAs: (how: string) => `Read as ${how || 'a table'}`,
  separatedBy: (separator: string) => `separated by ${separator}`,
  sheet: (name: string) => `sheet "${name}"`,
  noHeading: '(no heading)',
  notRead: 'not read',
  changeKinds: { added: 'new', changed: 'changed', removed: 'removed', absent: 'not in the file' },
  rowsLeftOut: (rows: number) => `${s(rows, 'row', 'rows')} with errors:`,
  confirmRemove: (count: number) => `Remove ${s(count, 'entry', 'entries')} that the file does not have?`,

  confirmCancel: (id: string, waiting: number) =>
    `Cancel ${id} for good? ${s(waiting, 'server that waits', 'servers that wait')} will not start.`,
  preparing: 'Preparing',
  notPrepared: 'not prepared: `atlas campaign prepare`',
  preparingSince: (time: string, by: string) => `being prepared since ${time}, by ${by}`,
  prepared: (time: string, by: string) => `prepared ${time}, by ${by}`,
  othersAreGo: (count: number) =>
    `${s(count, 'other client is', 'other clients are')} go (--all shows them).`,
  startsAndEnds: (start: string, end: string) => `first start ${start}, end ${end}`,
  downtime: (time: string) => `${time} down`,
  nextTry: (time: string) => `next ${time}`,
  reportFile: 'As a file to send: `atlas campaign report --client NAME -o report.html`.',

  clientStopped: (client: string) =>
    `${client} is stopped: nothing new starts; what is under way goes to its next safe point.`,
  excluded: (name: string, time?: string | number) => `${name} is excluded${until(time)}.`,
  included: (name: string) => `${name} takes part again.`,
  excludedState: (time?: string | number) => `excluded${until(time)}`,
  excludedBy: (actor: string, reason: string, time?: string | number) =>
    `excluded${until(time)} by ${actor}${because(reason)}`,
  unlocked: (client: string, fence: number) => `${client} is unlocked; its fence is now ${fence}.`,
  calendarSecret: 'Whoever has this address can read the client’s windows.',
  emergencyReached: 'The emergency stop has reached it.',
  exclusion: 'Exclusion',
  nextWindows: 'Next windows',
  noWindow: 'none in the next five weeks',
  freeze: 'Freeze dates',
  lock: 'Lock',
  lockedBy: (owner: string, fence: number, since?: string | number) =>
    `held by ${owner}${since ? ` since ${since}` : ''}, fence ${fence}`,
  contact: 'Contact',
  zone: 'Zone',
  atOnce: 'Servers at once',
  free: 'not paused',
  withAgent: 'With agent',

  server: 'Server',
  serverCount: (count: number) => s(count, 'server', 'servers'),
  noServers: 'No server fits.',
  role: 'Role',
  why: 'Why',
  who: 'Who',
  agent: 'Agent',
  system: 'System',
  site: 'Site',
  host: 'Host',
  backupServer: 'Backup server',
  lookedAt: 'Looked at',
  partner: 'Replica partner',
  probes: 'Probes',
  waiver: 'Backup waiver',
  waivers: 'Backup waivers',
  noWaivers: 'No backup is waived.',
  waivedUntil: (time: string) => `backup waived until ${time}`,
  waiverRemoved: 'waiver removed',
  checkpoints: 'Checkpoints that stand',
  heldJobs: 'Backup jobs held',
  heldSince: (since: string) => `since ${since}`,
  onHost: (host: string) => `on ${host}`,
  standsSince: (since: string, due: string) => `since ${since}, to be removed ${due}`,
  neverHeard: 'never heard from',
  heardAt: (time: string) => `heard ${time}`,
  inNoCampaign: 'It is in no campaign.',
  build: (build: string) => `build ${build}`,
  attempt: (number: number) => `attempt ${number}`,
  open: 'open',

  nothingTodo: 'Nothing is open.',
  since: 'Since',
  sinceTime: (time: string) => `since ${time}`,
  endsAt: (time: string) => `ends by itself ${time}`,
  nobodyHas: 'nobody has taken it',
  takenBy: (name: string, time?: string | number) => `taken by ${name}${time ? `, ${time}` : ''}`,
  decideAt: (time: string) => `next decision ${time}`,

  noUpdates: 'No update has been installed or blocked yet.',
  failedCount: 'Failed',
  clientsFailed: (failed: number, clients: number) => `${clients}, failed at ${failed}`,
  blockedBy: (time: string, actor: string, reason: string) => `blocked ${time} by ${actor}${because(reason)}`,
  removalName: (kbs: string) => `Removal of ${kbs}`,

  noApprovals: 'Nobody waits for a second person.',
  askedBy: (name: string, time: string, end: string) => `asked by ${name}, ${time}; open until ${end}`,
  approvalStates: { waiting: 'waits', approved: 'approved', refused: 'refused', used: 'used' },

  noChannels: 'No channel is configured: nobody is woken.',
  channels: (names: string) => `Notices go out by ${names}.`,
  channelNames: { mail: 'mail', webhook: 'webhook' },
  deliveryWaits: (channel: string, attempts: number) =>
    `${channel}: waits${attempts > 0 ? `, ${s(attempts, 'attempt', 'attempts')}` : ''}`,
  deliverySent: (channel: string, time: string) => `${channel}: sent ${time}`,
  deliveryFailed: (channel: string, attempts: number, error: string) =>
    `${channel}: failed after ${s(attempts, 'attempt', 'attempts')}: ${error}`,
  deliveryCapped: (channel: string) => `${channel}: in a digest`,

  noTokens: 'There is no usable token.',
  hostsLeft: 'Servers left',
  issuedBy: 'Issued by',
  tokenRevoked: 'revoked',
  noEnrolments: 'No host asks to be enrolled.',
  thumbprint: 'Thumbprint of its key',
  enrolled: 'may enrol',
  enrolmentRefused: 'refused',
  settingsTitle: 'Settings for --set and --settings, with their defaults:',
}
