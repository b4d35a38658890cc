const s = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** Campaigns, boards, inventory, ledgers. */
export const generalEn = {
  examples: 'Examples:',
  program: 'Steers update campaigns of Windows servers, ring by ring, through the operator API of ATLAS.',
  groups: {
    inventory: 'clients and servers',
    campaign: 'campaigns: prepare, approve, start, pause, cancel, report',
    ring: 'rings: hold, resume, promote',
    client: 'clients: show, pause, stop, exclude, unlock',
    server: 'servers: show, retry, resolve, exclude, trust, forget',
    todo: 'what waits for a human: list, take, note',
    waiver: 'waivers of the backup gate',
    evidence: 'what labs have proven on real Windows, and what is waived',
    kb: 'updates: how they went, block, remove',
    approval: 'what a second person is asked for',
    notice: 'who was told what',
    ledger: 'what happened, and whether it is whole',
    token: 'tokens for agents',
    enrolment: 'hosts that ask to be enrolled',
  },
  titles: {} as Readonly<Record<string, string>>,
  programMore:
    'A first night:\n  atlas inventory import servers.csv\n  atlas plan --all\n  atlas campaign prepare --wait\n  atlas campaign approve --as approver\n  atlas campaign start\n  atlas status --watch\n  atlas todo\n  atlas campaign report\n\nExit codes: 0 ok, 1 failure, 2 usage or bad input, 3 partial, 4 denied.\nClients and servers go by id, name, or a part that no other has. Times are plan time.\nThe server and token come from --server and --token, ATLAS_SERVER and ATLAS_TOKEN, or what `npm start`\nsaved in .atlas/ (--data names another folder, --as approver the other person).',

  label: (text: string) => `${text}:`,
  by: (what: string, actor: string, reason: string) =>
    `${what} by ${actor}${reason === '' ? '' : `: ${reason}`}`,
  until: (what: string, time: string) => `${what} until ${time}`,
  promotedBy: (actor: string) => `promoted by ${actor}`,
  rehearsal: (speed: number) => `rehearsal ×${speed}`,
  planTime: (time: string) => `Plan time ${time}`,
  stopRaised: (time: string, actor: string, reason: string) =>
    `EMERGENCY STOP since ${time}, by ${actor}${reason === '' ? '' : `: ${reason}`}.`,
  stopOpen: (open: number, clients: number) =>
    open === 0
      ? 'No command is open any more.'
      : `${s(open, 'command is', 'commands are')} still on the way to a safe point, at ${s(clients, 'client', 'clients')}.`,
  stopReleasedMeanwhile: 'The stop has been released meanwhile.',
  stopAgain: (why: string) => `${why} Sending the stop again.`,
  noStop: 'No emergency stop.',
  released: 'Released. Campaigns go on where they stood.',
  done: 'Done',
  inProgress: 'In progress',
  elapsed: 'Elapsed',
  remaining: 'Remaining',
  activeClients: 'Active clients',
  successRate: 'Success rate',
  notStarted: 'not started',
  nothing: 'nothing',
  notKnownYet: 'not known yet',
  noTrouble: 'Nothing needs an operator.',
  ringsWait: (rings: string) => `ring ${rings} waits for an operator (atlas ring promote)`,
  more: (count: number) => `… and ${count} more lines (atlas client list)`,
  stale: (age: string, why: string) => `What you see is ${age} old. ${why}`,
  client: 'Client',
  clients: 'Clients',
  clientCount: (count: number) => s(count, 'client', 'clients'),
  ring: 'Ring',
  servers: 'Servers',
  now: 'Now',
  end: 'End',
  campaignId: 'Campaign',
  name: 'Name',
  state: 'State',
  created: 'Made',
  requestedBy: 'Requested by',
  approvedBy: 'Approved by',
  hash: 'Hash of the plan',
  noCampaigns: 'There is no campaign yet. `atlas plan` makes one.',
  planName: (month: string) => `Updates of ${month}`,
  planSize: (servers: number, clients: number) =>
    `${s(servers, 'server', 'servers')} of ${s(clients, 'client', 'clients')}`,
  planUpdates: (ids: string, categories: string) =>
    `Approved updates: ${[ids, categories].filter(Boolean).join('; ') || 'none'}`,
  planRemoves: (ids: string) => `To be removed: ${ids}`,
  planEnd: (range: string) => `Expected end: ${range}`,
  planRing: (ring: string, clients: number, soak: number) =>
    `Ring ${ring}, ${s(clients, 'client', 'clients')}${soak > 0 ? `, then observed for ${soak} min` : ''}`,
  firstStart: 'First start',
  expectedEnd: 'Expected end',
  doesNotFit: (client: string, hosts: readonly string[]) =>
    `${client}: ${hosts.join(', ')} ${hosts.length === 1 ? 'does' : 'do'} not fit the first window`,
  notInPlan: (count: number) => `Not in the plan: ${s(count, 'server', 'servers')}`,
  planNext: (id: string) =>
    `Nothing has started. Next, another person: \`atlas campaign approve ${id}\`, then \`atlas campaign start ${id}\`.`,
  confirm: (verb: 'approve' | 'start', hash: string) =>
    `${verb === 'approve' ? 'Approve' : 'Start'} the plan with hash ${hash}? [y/N] `,
  yes: ['y', 'yes'] as readonly string[],
  imported: (servers: number, clients: number) =>
    `Imported ${s(servers, 'server', 'servers')} of ${s(clients, 'client', 'clients')}.`,
  wouldImport: (servers: number, clients: number) =>
    `Dry run: ${s(servers, 'server', 'servers')} of ${s(clients, 'client', 'clients')}; nothing was applied.`,
  importing: 'Importing',
  inventory: (servers: number, clients: number, enrolled: number) =>
    `${s(servers, 'server', 'servers')} of ${s(clients, 'client', 'clients')}, ${enrolled} with an agent`,
  lastEvents: 'What happened last',
  runsOn: (host: string) => `on ${host}`,
  attempts: (count: number) => s(count, 'attempt', 'attempts'),
  clientPaused: (client: string) => `${client} is paused until somebody resumes it.`,
  clientPausedUntil: (client: string, time: string) => `${client} is paused until ${time}.`,
  clientResumed: (client: string) => `${client} goes on as soon as its window and its ring allow.`,
  freeAt: (time: string) => `The server in hand is expected back at ${time}.`,
  nothingInHand: 'No server of it is in hand.',
  noLedger: 'No lines.',
  verifying: 'Verifying',
  ledgerIntact: (rows: number) => `${s(rows, 'row', 'rows')}, intact`,
  ledgerBroken: (row: number | undefined, why: string) =>
    `BROKEN${row === undefined ? '' : ` at row ${row}`}: ${why}`,
  ledgersJudged: (intact: number, broken: number, unread: number) =>
    `${s(intact, 'ledger', 'ledgers')} intact, ${broken} broken${unread > 0 ? `, ${unread} could not be read` : ''}.`,
  token: 'Token',
  hosts: 'Servers',
  validUntil: 'Valid until',
  tokenOnce: 'Tokens are shown only now: ATLAS keeps no copy.',
  progressLeft: (time: string) => `about ${time} left`,
}
