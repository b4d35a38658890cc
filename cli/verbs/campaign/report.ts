import { extname } from 'node:path'
import { Option } from 'commander'
import type { ReportFormat } from '../../api/campaigns.ts'
import { openSession, type Session } from '../../session.ts'
import { reportLines } from '../../show/report.ts'
import { writeNamedFile } from '../files.ts'
import { pickCampaignToRead } from '../pick.ts'
import { pickClient } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'

interface ReportOptions {
  readonly client?: string
  readonly format?: ReportFormat
  readonly output?: string
}

/** In the language of --lang: as a file to send, or in short on the terminal. */
export const addCampaignReport: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'campaignReport', 'report')
    .argument('[id]', t.args.campaign)
    .option('--client <client>', t.options.reportClient)
    .addOption(new Option('--format <format>', t.options.format).choices(['html', 'csv', 'json']))
    .option('-o, --output <file>', t.options.output)
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const options = command.opts<ReportOptions>()
    const campaign = await pickCampaignToRead(session, id)
    const client = options.client === undefined ? undefined : await pickClient(session, options.client)
    const format = formatOf(options, session)
    const { api, language } = session
    if (format === 'html' || format === 'csv')
      return giveFile(
        session,
        await api.reportFile(campaign, format, language, client),
        format,
        options.output,
      )
    const report = await api.report(campaign, language, client)
    const document = `${JSON.stringify(report, null, 2)}\n`
    if (options.output !== undefined) return giveFile(session, document, 'json', options.output)
    if (format === 'json') return session.io.out(document)
    session.show(report, () => reportLines(report, session))
  })
}

/** What was asked for, else what the file's name says; undefined: in short, for the terminal. */
function formatOf({ format, output }: ReportOptions, { json }: Session): ReportFormat | undefined {
  if (format !== undefined) return format
  if (output === undefined) return json ? 'json' : undefined
  const ending = extname(output).toLowerCase()
  return ending === '.csv' ? 'csv' : ending === '.json' ? 'json' : 'html'
}

/** A text that the server made, to standard output or into a file; with --json a document that holds or names it. */
export async function giveFile(
  session: Session,
  text: string,
  format: string,
  output: string | undefined,
): Promise<void> {
  const { io, t, json } = session
  if (output === undefined) return json ? session.show({ format, text }, () => []) : io.out(text)
  const file = await writeNamedFile(session, output, text)
  const bytes = Buffer.byteLength(text)
  if (json) session.show({ format, file, bytes }, () => [])
  else io.err(`${t.written(file, bytes)}\n`)
}
