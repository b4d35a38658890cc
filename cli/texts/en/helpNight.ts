import type { VerbTexts } from '../help.ts'

/** The verbs of preparation, of servers, of hand-over and of what a provider must show others. */
export const helpNightEn = {
  campaignPrepare: {
    what: 'look at every server of a plan before its window, and download',
    more: 'Outside windows and without disruption: scan, download of the approved updates, disk, pending restart, backup age, agent. The answer is a go / no-go list per client; it can be repeated until the start.',
    examples: [
      ['atlas campaign prepare --wait', 'with a bar, then the list'],
      ['atlas campaign prepare --max-kilobits 8000', '8 Mbit/s of each client’s line'],
      ['atlas campaign prepare --wait --strict', 'in a script: exit code 3 unless all are go'],
    ],
  },
  campaignPreparation: {
    what: 'show what the preparation found: go or no-go, and why',
    examples: [
      ['atlas campaign preparation', 'what is not go, worst first'],
      ['atlas campaign preparation --client st-jean --all', ''],
    ],
  },
  campaignCancel: {
    what: 'cancel a campaign for good',
    more: 'Servers under way finish, no other starts, and it cannot be resumed: to interrupt it only, pause it. On a terminal it asks; elsewhere --yes is required.',
    examples: [
      ['atlas campaign cancel --dry-run --reason "wrong month"', 'who would not start any more'],
      ['atlas campaign cancel --reason "wrong month" --yes', ''],
    ],
  },
  campaignReport: {
    what: 'report on a campaign, for you or for a customer',
    more: 'Done with updates and builds, downtime, not done with reason and next date, what is open. In the language of --lang. Without --format and --output, in short.',
    examples: [
      ['atlas campaign report', 'in short, on the terminal'],
      [
        'atlas campaign report --client st-jean --lang fr -o report.html',
        'to send to the customer, in French',
      ],
      ['atlas campaign report --format csv > report.csv', ''],
    ],
  },
  clientStop: {
    what: 'stop one client at once',
    more: 'No question is asked. What is under way goes to its next safe point; nothing new starts there until `atlas client resume`. Other clients go on.',
    examples: [['atlas client stop clinique-st-jean --reason "their line is down"', '']],
  },
  clientExclude: {
    what: 'keep a client out of campaigns',
    more: 'The server in hand finishes. Until the time given, or until `atlas client include`. Other clients and the plan’s approval are not touched.',
    examples: [
      ['atlas client exclude st-jean --until +1d --reason "audit tomorrow" --caller "Mme Roux"', ''],
    ],
  },
  clientInclude: {
    what: 'take back a client’s exclusion',
    examples: [['atlas client include st-jean', '']],
  },
  clientUnlock: {
    what: 'take a client’s lock from a campaign that has ended with it',
    more: 'Refused while a command of that campaign is open: each must have ended, or be known never to have begun.',
    examples: [['atlas client unlock st-jean --reason "its orchestration died"', '']],
  },
  clientCalendar: {
    what: 'make the address of a client’s calendar (iCalendar)',
    more: 'Mail programs subscribe to it. Whoever has the address can read the client’s windows.',
    examples: [['atlas client calendar st-jean', '']],
  },
  serverList: {
    what: 'list servers with state, cause and agent',
    examples: [
      ['atlas server list --failed', 'what needs a retry or a decision'],
      ['atlas server list sql --client st-jean', 'by a part of the name'],
      ['atlas server list --state unknown --json', ''],
    ],
  },
  serverShow: {
    what: 'show a server: facts, every step of its updates, and why it is as it is',
    examples: [
      ['atlas server show clinique-st-jean.sql01', ''],
      ['atlas server show SQL01 --client st-jean', 'by its name'],
    ],
  },
  serverRetry: {
    what: 'give servers that did not end well their place back',
    more: 'They start again by the campaign’s own rules: window, order, backup gate. Exit code 3 when only some were accepted.',
    examples: [
      ['atlas server retry clinique-st-jean.sql01 --reason "disk freed"', ''],
      ['atlas server retry --failed --client st-jean --dry-run', 'which ones it would be'],
      ['atlas server retry --failed --ring 2', ''],
    ],
  },
  serverResolve: {
    what: 'say what you found of a server that needs an operator or is unknown',
    more: 'Outcomes: succeeded, failed, rolledBack, skipped. The ledger keeps your name and your reason.',
    examples: [
      [
        'atlas server resolve clinique-st-jean.sql01 --outcome succeeded --reason "checked at the console"',
        '',
      ],
    ],
  },
  serverExclude: {
    what: 'keep servers out of campaigns',
    examples: [
      ['atlas server exclude clinique-st-jean.sql01 --until 22:00 --reason "month end"', ''],
      ['atlas server exclude --client st-jean --ring 3 --reason "move of the rack" --dry-run', ''],
    ],
  },
  serverInclude: {
    what: 'take back the exclusion of servers',
    examples: [['atlas server include clinique-st-jean.sql01', '']],
  },
  serverTrust: {
    what: 'end the quarantine of a server',
    more: 'After you have made sure that only one machine uses its key, or who set it back.',
    examples: [['atlas server trust clinique-st-jean.sql01 --reason "the clone is switched off"', '']],
  },
  serverForget: {
    what: 'forget the agent of servers that were reinstalled or lost their key',
    more: 'Its key is void at once; the host is enrolled anew with a token (atlas token enrol). Refused while anything is under way there.',
    examples: [
      ['atlas server forget clinique-st-jean.sql01 --reason "new disk, reinstalled"', ''],
      [
        'atlas server forget --client st-jean --reason "restored from images" --dry-run',
        'which ones it would be',
      ],
    ],
  },
  todoList: {
    what: 'list what waits for a human, the most urgent first',
    more: 'An item is gone when its cause is. `atlas todo` alone does the same.',
    examples: [
      ['atlas todo', ''],
      ['atlas todo list --mine', 'what you have taken'],
      ['atlas todo list --client st-jean --kind needsOperator', ''],
    ],
  },
  todoTake: {
    what: 'take an open item, so that nobody else works on it',
    examples: [
      ['atlas todo take sql01', ''],
      ['atlas todo take sql01 --release', 'give it back'],
    ],
  },
  todoNote: {
    what: 'note something on an open item, and when somebody decides next',
    examples: [['atlas todo note sql01 "vendor called, calls back" --decide +2h', '']],
  },
  waiverList: {
    what: 'list the servers that may be updated without a recent backup',
    examples: [['atlas waiver list', '']],
  },
  waiverAdd: {
    what: 'let servers be updated without a recent backup',
    more: 'For at most 31 days, with a reason that the report repeats.',
    examples: [['atlas waiver add clinique-st-jean.web01 --until +7d --reason "rebuilt from code"', '']],
  },
  waiverRemove: {
    what: 'take back the waiver of servers',
    examples: [['atlas waiver remove clinique-st-jean.web01', '']],
  },
  kbList: {
    what: 'show each update, how it went, and what is blocked',
    examples: [
      ['atlas kb list', ''],
      ['atlas kb list --campaign 2026-11-21-4f1c2a9b', ''],
    ],
  },
  kbBlock: {
    what: 'block an update: no further server gets it, whatever a plan says',
    more: 'Servers on which it is being installed finish. To uninstall it where it is, see `atlas kb remove`.',
    examples: [['atlas kb block KB5031364 --reason "breaks the print spooler"', '']],
  },
  kbUnblock: {
    what: 'let a blocked update through again',
    examples: [['atlas kb unblock KB5031364 --reason "corrected by the vendor"', '']],
  },
  kbRemove: {
    what: 'plan a campaign that uninstalls an update',
    more: 'Nothing starts: it is approved and started like any plan. Say from whom: --rings, --clients, --servers or --all.',
    examples: [['atlas kb remove KB5031364 --rings 0,1', '']],
  },
  approvalList: {
    what: 'list what a second person is asked for',
    examples: [['atlas approval list', '']],
  },
  approvalApprove: {
    what: 'allow what somebody else asked for',
    more: 'Then that person repeats the same command within half an hour. Nobody allows what they asked for themselves.',
    examples: [['atlas approval approve 7c1e --as approver', '']],
  },
  approvalRefuse: {
    what: 'refuse what somebody else asked for',
    examples: [['atlas approval refuse 7c1e --reason "not tonight"', '']],
  },
  noticeList: {
    what: 'list who was told what, and whether it arrived',
    examples: [['atlas notice list --limit 20', '']],
  },
  noticeTest: {
    what: 'send one test notice through each channel',
    more: 'Exit code 1 when none arrived, 3 when only some did.',
    examples: [['atlas notice test', '']],
  },
  export: {
    what: 'export a list as CSV',
    more: 'orchestration: every server’s place in the campaign; globalstatus: its rings; clientconfig: the clients’ settings. The column names are those of the lists that ATLAS replaces.',
    examples: [
      ['atlas export orchestration -o orchestration.csv', ''],
      ['atlas export clientconfig > clients.csv', ''],
    ],
  },
  tokenList: {
    what: 'list the tokens that can still be used',
    examples: [['atlas token list', '']],
  },
  tokenRevoke: {
    what: 'revoke tokens: no further agent enrols with them',
    examples: [['atlas token revoke t-3f9a', '']],
  },
  enrolmentList: {
    what: 'list hosts that ask to be enrolled and are not in the inventory',
    examples: [['atlas enrolment list', '']],
  },
  enrolmentApprove: {
    what: 'let hosts be enrolled',
    more: 'Compare the thumbprint with what the host itself shows.',
    examples: [['atlas enrolment approve e-3f9a e-51bc', '']],
  },
  enrolmentRefuse: {
    what: 'refuse hosts that ask to be enrolled',
    examples: [['atlas enrolment refuse e-3f9a --reason "unknown machine"', '']],
  },
  completion: {
    what: 'print the completion script of a shell',
    more: 'It completes commands, options and clients for the command `atlas`. Where that is no program yet, make it one: atlas() { node /path/of/atlas/cli/main.ts "$@"; }',
    examples: [
      ['atlas completion bash > ~/.local/share/bash-completion/completions/atlas', ''],
      ['atlas completion zsh > ~/.zfunc/_atlas', 'in a folder of $fpath'],
      ['atlas completion fish > ~/.config/fish/completions/atlas.fish', ''],
      ['atlas completion powershell >> $PROFILE', ''],
    ],
  },
} satisfies Partial<VerbTexts>
