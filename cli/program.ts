import { Command, Option } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import type { Cli } from './session.ts'
import { addApprovalApprove } from './verbs/approval/approve.ts'
import { addApprovalList } from './verbs/approval/list.ts'
import { addApprovalRefuse } from './verbs/approval/refuse.ts'
import { addCampaignApprove } from './verbs/campaign/approve.ts'
import { addCampaignCancel } from './verbs/campaign/cancel.ts'
import { addCampaignList } from './verbs/campaign/list.ts'
import { addCampaignPause } from './verbs/campaign/pause.ts'
import { addCampaignPreparation } from './verbs/campaign/preparation.ts'
import { addCampaignPrepare } from './verbs/campaign/prepare.ts'
import { addCampaignReport } from './verbs/campaign/report.ts'
import { addCampaignResume } from './verbs/campaign/resume.ts'
import { addCampaignShow } from './verbs/campaign/show.ts'
import { addCampaignStart } from './verbs/campaign/start.ts'
import { addClientCalendar } from './verbs/client/calendar.ts'
import { addClientExclude } from './verbs/client/exclude.ts'
import { addClientInclude } from './verbs/client/include.ts'
import { addClientList } from './verbs/client/list.ts'
import { addClientPause } from './verbs/client/pause.ts'
import { addClientResume } from './verbs/client/resume.ts'
import { addClientShow } from './verbs/client/show.ts'
import { addClientStop } from './verbs/client/stop.ts'
import { addClientUnlock } from './verbs/client/unlock.ts'
import { addCompletion } from './verbs/completion.ts'
import { addEnrolmentApprove } from './verbs/enrolment/approve.ts'
import { addEnrolmentList } from './verbs/enrolment/list.ts'
import { addEnrolmentRefuse } from './verbs/enrolment/refuse.ts'
import { addEvidenceAdd } from './verbs/evidence/add.ts'
import { addEvidenceLacking } from './verbs/evidence/lacking.ts'
import { addEvidenceList } from './verbs/evidence/list.ts'
import { addEvidenceUnwaive } from './verbs/evidence/unwaive.ts'
import { addEvidenceWaive } from './verbs/evidence/waive.ts'
import { addExport } from './verbs/export.ts'
import { addInventoryImport } from './verbs/inventory/import.ts'
import { addInventoryShow } from './verbs/inventory/show.ts'
import { addKbBlock } from './verbs/kb/block.ts'
import { addKbList } from './verbs/kb/list.ts'
import { addKbRemove } from './verbs/kb/remove.ts'
import { addKbUnblock } from './verbs/kb/unblock.ts'
import { addLedgerShow } from './verbs/ledger/show.ts'
import { addLedgerVerify } from './verbs/ledger/verify.ts'
import { addNoticeList } from './verbs/notice/list.ts'
import { addNoticeTest } from './verbs/notice/test.ts'
import { addPlan } from './verbs/plan.ts'
import { addRelease } from './verbs/release.ts'
import { addRingHold } from './verbs/ring/hold.ts'
import { addRingPromote } from './verbs/ring/promote.ts'
import { addRingResume } from './verbs/ring/resume.ts'
import { addServerExclude } from './verbs/server/exclude.ts'
import { addServerForget } from './verbs/server/forget.ts'
import { addServerInclude } from './verbs/server/include.ts'
import { addServerList } from './verbs/server/list.ts'
import { addServerResolve } from './verbs/server/resolve.ts'
import { addServerRetry } from './verbs/server/retry.ts'
import { addServerShow } from './verbs/server/show.ts'
import { addServerTrust } from './verbs/server/trust.ts'
import { addStatus } from './verbs/status.ts'
import { addStop } from './verbs/stop.ts'
import { addTodoList } from './verbs/todo/list.ts'
import { addTodoNote } from './verbs/todo/note.ts'
import { addTodoTake } from './verbs/todo/take.ts'
import { addTokenEnrol } from './verbs/token/enrol.ts'
import { addTokenList } from './verbs/token/list.ts'
import { addTokenRevoke } from './verbs/token/revoke.ts'
import { addWaiverAdd } from './verbs/waiver/add.ts'
import { addWaiverList } from './verbs/waiver/list.ts'
import { addWaiverRemove } from './verbs/waiver/remove.ts'
import type { AddVerb } from './verbs/verb.ts'

type GroupName = keyof Cli['t']['groups']

/** Groups and single verbs in the order in which help lists them. */
const verbs: readonly (readonly [group: GroupName | undefined, verbs: readonly AddVerb[]])[] = [
  ['inventory', [addInventoryImport, addInventoryShow]],
  [undefined, [addPlan]],
  [
    'campaign',
    [
      addCampaignList,
      addCampaignShow,
      addCampaignApprove,
      addCampaignPrepare,
      addCampaignPreparation,
      addCampaignStart,
      addCampaignPause,
      addCampaignResume,
      addCampaignCancel,
      addCampaignReport,
    ],
  ],
  ['ring', [addRingHold, addRingResume, addRingPromote]],
  [
    'client',
    [
      addClientList,
      addClientShow,
      addClientPause,
      addClientResume,
      addClientStop,
      addClientExclude,
      addClientInclude,
      addClientUnlock,
      addClientCalendar,
    ],
  ],
  [
    'server',
    [
      addServerList,
      addServerShow,
      addServerRetry,
      addServerResolve,
      addServerExclude,
      addServerInclude,
      addServerTrust,
      addServerForget,
    ],
  ],
  [undefined, [addStatus, addStop, addRelease]],
  ['todo', [addTodoList, addTodoTake, addTodoNote]],
  ['waiver', [addWaiverList, addWaiverAdd, addWaiverRemove]],
  ['evidence', [addEvidenceList, addEvidenceAdd, addEvidenceLacking, addEvidenceWaive, addEvidenceUnwaive]],
  ['kb', [addKbList, addKbBlock, addKbUnblock, addKbRemove]],
  ['approval', [addApprovalList, addApprovalApprove, addApprovalRefuse]],
  ['notice', [addNoticeList, addNoticeTest]],
  ['ledger', [addLedgerShow, addLedgerVerify]],
  [undefined, [addExport]],
  ['token', [addTokenEnrol, addTokenList, addTokenRevoke]],
  ['enrolment', [addEnrolmentList, addEnrolmentApprove, addEnrolmentRefuse]],
  [undefined, [addCompletion]],
]

/** The whole command line. Parsing throws CommanderError; verbs throw Failure. */
export function buildProgram(cli: Cli): Command {
  const { io, t } = cli
  const { options } = t
  const program = new Command('atlas')
    .description(t.program)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: () => undefined,
      getOutHelpWidth: () => io.terminal.size().columns,
      getErrHelpWidth: () => io.terminal.size().columns,
    })
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => t.titles[title] ?? title })
    .helpOption('-h, --help', options.help)
    .helpCommand('help [command]', options.helpOf)
    .version(packageJson.version, '-V, --version', options.version)
    .option('--json', options.json)
    .addOption(new Option('--lang <language>', options.lang).choices(['en', 'fr']))
    .option('--server <url>', options.server)
    .option('--token <token>', options.token)
    .option('--data <folder>', options.data)
    .addOption(new Option('--as <name>', options.as).choices(['operator', 'approver']))
    .option('--zone <zone>', options.zone)
    .option('--no-color', options.color)
    .addHelpText('after', `\n${t.programMore}`)
  for (const [group, members] of verbs) {
    const parent = group === undefined ? program : program.command(group).description(t.groups[group])
    for (const add of members) add(parent, cli)
  }
  localizeHelp(program, options.help, options.helpOf)
  return program
}

/** Subcommands don't inherit the wording of the help option and command. */
function localizeHelp(command: Command, option: string, help: string): void {
  for (const child of command.commands) {
    child.helpOption('-h, --help', option)
    if (child.commands.length > 0) child.helpCommand('help [command]', help)
    localizeHelp(child, option, help)
  }
}
