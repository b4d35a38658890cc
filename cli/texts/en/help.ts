import type { VerbTexts } from '../help.ts'

/** The verbs of inventory, plan, campaign, ring, client, stop and ledger. */
export const helpEn = {
  inventoryImport: {
    what: 'import clients and servers from a CSV or XLSX file',
    more: 'As your tools export it: any encoding, comma, semicolon or tab, headings in English or French in any order, or host names alone. The file is validated whole before anything of it is applied; importing it again changes nothing. What the file does not have stays, unless --remove-absent is said.',
    examples: [
      [
        'atlas inventory import servers.xlsx --dry-run',
        'how it is read, the difference to today, every fault with its line',
      ],
      ['atlas inventory import servers.csv', ''],
      [
        'atlas inventory import servers.csv --skip-invalid',
        'rows without errors only; exit code 3 when some were left out',
      ],
      ['atlas inventory import servers.csv --remove-absent --dry-run', 'what would be removed'],
    ],
  },
  inventoryShow: {
    what: 'count what the inventory holds, by ring',
    examples: [['atlas inventory show', '']],
  },
  plan: {
    what: 'plan a campaign: who, when, who does not fit and why',
    more: 'Nothing starts. Say for whom: --rings, --clients, --servers or --all; nothing said never means everything. Without --updates and --categories, security and critical updates, rollups and definitions are approved.',
    examples: [
      ['atlas plan --all --name "November updates"', 'every client of the inventory'],
      ['atlas plan --rings 0,1 --updates KB5031364 KB5032189', 'two rings, these updates and no other'],
      ['atlas plan --clients boulangerie-ancay --settings night.json', 'night.json: {"maxRetries": 1}'],
      ['atlas plan --rings 0 --set soakMinutes=0,60,0,0 --set onFailure=continue', 'two settings'],
    ],
  },
  campaignList: {
    what: 'list the campaigns, newest first',
    examples: [['atlas campaign list', '']],
  },
  campaignShow: {
    what: 'show a campaign and its plan, with the hash to approve',
    examples: [
      ['atlas campaign show', 'the campaign under way, else the newest'],
      ['atlas campaign show 2026-11-21-4f1c2a9b', ''],
    ],
  },
  campaignApprove: {
    what: 'approve a plan that you have read',
    more: 'By another person than the one who made it. On a terminal the plan is shown and you confirm its hash; elsewhere --hash is required.',
    examples: [
      ['atlas campaign approve --as approver', ''],
      ['atlas campaign approve --hash 3f9a…', 'the hash as `atlas campaign show` prints it'],
    ],
  },
  campaignStart: {
    what: 'START ALL: start a campaign',
    more: 'Each client starts in its own windows, ring by ring. Safe to repeat.',
    examples: [
      ['atlas campaign start --watch', 'shows the plan, asks, and stays with a bar until the end'],
      ['atlas campaign start 2026-11-21-4f1c2a9b --hash 3f9a…', 'in a script'],
    ],
  },
  campaignPause: {
    what: 'pause a campaign: servers in hand finish, no other starts',
    examples: [['atlas campaign pause --reason "line to the datacentre is down"', '']],
  },
  campaignResume: {
    what: 'resume a paused campaign',
    examples: [['atlas campaign resume', '']],
  },
  ringHold: {
    what: 'hold a ring: servers in hand finish, no other of it starts',
    examples: [['atlas ring hold 2 --reason "KB5031364 is under suspicion"', '']],
  },
  ringResume: {
    what: 'take back the hold of a ring: its gates and its breaker decide again',
    examples: [['atlas ring resume 2 --reason "KB5031364 is cleared"', '']],
  },
  ringPromote: {
    what: 'let a ring start or go on although its gate, soak or hold says otherwise',
    examples: [['atlas ring promote 3 --reason "both failures are explained"', '']],
  },
  clientList: {
    what: 'list the clients of the campaign, trouble first; without one those of the inventory',
    examples: [
      ['atlas client list', ''],
      ['atlas client list --ring 1 --json', ''],
    ],
  },
  clientShow: {
    what: 'show a client: windows, lock, exclusions; its servers in order, causes, what happened last',
    examples: [
      ['atlas client show clinique-st-jean', ''],
      ['atlas client show "Clinique St-Jean"', 'by its name'],
    ],
  },
  clientPause: {
    what: 'pause a client: the server in hand finishes, no other starts',
    more: 'The answer says when the server in hand is expected back. Times are plan time.',
    examples: [
      [
        'atlas client pause clinique-st-jean --until +2h --caller "Mme Roux" --reason "payroll is running"',
        '',
      ],
      ['atlas client pause clinique-st-jean --until 2026-11-21T18:00', 'in your zone, or the one of --zone'],
      ['atlas client pause clinique-st-jean', 'until somebody resumes it'],
    ],
  },
  clientResume: {
    what: 'resume a client that is paused or stopped',
    examples: [['atlas client resume clinique-st-jean', '']],
  },
  stop: {
    what: 'EMERGENCY STOP: nothing new starts anywhere, at once',
    more: 'No question is asked. Each server under way goes on to its next safe point; nothing is cut off or rolled back. Everything stays stopped until `atlas release`.',
    examples: [
      ['atlas stop', ''],
      ['atlas stop --dry-run', 'how many servers are under way; nothing is stopped'],
      ['atlas stop --reason "wrong update approved" --wait', 'until no command is open'],
    ],
  },
  release: {
    what: 'release the emergency stop',
    more: 'Campaigns go on where they stood: clients inside their window start again at once.',
    examples: [['atlas release --reason "update withdrawn"', '']],
  },
  status: {
    what: 'show the board: rings, figures, trouble first',
    more: 'With --watch it stays: in place on a terminal, elsewhere one line per change (with --json one document each), until the campaign has ended.',
    examples: [
      ['atlas status', ''],
      ['atlas status --watch', ''],
      ['atlas status --watch >> night.log', 'one line per change'],
      ['atlas status --json', 'the whole board, for scripts'],
    ],
  },
  ledgerShow: {
    what: 'show what happened at a client, line by line',
    examples: [
      ['atlas ledger show clinique-st-jean', ''],
      ['atlas ledger show clinique-st-jean --after 200 --limit 50', ''],
      ['atlas ledger show atlas-fleet', 'what operators did to the whole fleet'],
    ],
  },
  ledgerVerify: {
    what: 'verify that no line of a ledger was changed or removed',
    more: 'Exit code 1 when one is broken, 3 when some could not be looked at. --all: every client of the inventory and atlas-fleet, what was done to the whole fleet.',
    examples: [
      ['atlas ledger verify clinique-st-jean', ''],
      ['atlas ledger verify --all', ''],
    ],
  },
  tokenEnrol: {
    what: 'make tokens with which agents of clients enrol',
    more: 'Each enrols so many hosts of its client; hosts that are not in the inventory wait (atlas enrolment list).',
    examples: [
      ['atlas token enrol clinique-st-jean hotel-du-lac --hosts 20 --days 2', ''],
      ['atlas token enrol clinique-st-jean --hosts 1 --hours 1', 'single-use, for one machine'],
    ],
  },
} satisfies Partial<VerbTexts>
