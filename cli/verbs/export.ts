import { Argument } from 'commander'
import { openSession } from '../session.ts'
import { giveFile } from './campaign/report.ts'
import { campaignId } from './pick.ts'
import { newVerb, type AddVerb } from './verb.ts'

const lists = ['orchestration', 'globalstatus', 'clientconfig']

/** The three lists of the seeds, as CSV with their column names. */
export const addExport: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'export', 'export')
    .addArgument(new Argument('<list>', t.args.list).choices(lists))
    .option('--campaign <id>', t.options.campaign)
    .option('-o, --output <file>', t.options.output)
  command.action(async (list: string) => {
    const session = openSession(cli, command)
    const { campaign, output } = command.opts<{ campaign?: string; output?: string }>()
    const text = await session.api.exportList(list, campaign && campaignId(session, campaign))
    await giveFile(session, text, 'csv', output)
  })
}
