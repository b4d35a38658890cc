import type { Notice, NoticeEvent } from '../../orchestrations/contracts/api.ts'
import { languages, type Language } from '../../orchestrations/contracts/words/index.ts'
import type { Attachment, Mailer } from '../adapters/mail.ts'
import type { OutboxRow } from '../adapters/tables/noticeRows.ts'
import type { Services } from '../services.ts'
import { htmlReport } from '../report/html.ts'
import { readReport } from '../report/read.ts'
import { lineOf, messageOf, type Told } from './message.ts'
import { outletsOf } from './outlets.ts'
import { noticeTexts } from './texts/index.ts'

/** Sends one notice through one channel; throws when that failed. `row` is absent for a test. Answers who refused it. */
export async function sendThrough(
  services: Services,
  channel: OutboxRow['channel'],
  told: Told,
  row?: OutboxRow,
): Promise<readonly string[]> {
  const { mail, webhook } = outletsOf(services)
  if (channel === 'webhook') {
    if (!webhook) throw new Error('No webhook is configured')
    await webhook.post(eventOf(told))
    return []
  }
  if (!mail) throw new Error('No mail is configured')
  return sendMails(services, mail, told, row)
}

/** One mail per language; those that are out already aren't sent again when another one failed. */
async function sendMails(
  services: Services,
  mail: Mailer,
  told: Told,
  row: OutboxRow | undefined,
): Promise<string[]> {
  const { notice } = told
  const refused: string[] = []
  const done = [...(row?.done ?? [])]
  const waiting = languages.filter((language) => readersOf(services, language).length > 0)
  for (const language of waiting.filter((one) => !done.includes(one))) {
    const attachments = told.withReport ? await reportOf(services, notice, language) : []
    const refusing = await mail.send({
      id: notice.id,
      ...(notice.campaignId === undefined ? {} : { thread: `campaign ${notice.campaignId}` }),
      to: readersOf(services, language),
      language,
      ...messageOf(told, language),
      attachments,
      at: services.clocks.wire(),
    })
    refused.push(...refusing)
    done.push(language)
    if (row && done.length < waiting.length) await services.notices.putOutbox({ ...row, done })
  }
  return refused
}

function readersOf({ settings }: Services, language: Language): string[] {
  const mail = settings.ATLAS_MAIL
  return (mail?.to ?? []).filter((address) => (mail?.languages[address] ?? mail?.language) === language)
}

/** The whole fleet's report as a page: Monday's, for those who are woken. */
async function reportOf(services: Services, notice: Notice, language: Language): Promise<Attachment[]> {
  const head = notice.campaignId && (await services.campaigns.head(notice.campaignId))
  if (!head) return []
  const report = await readReport(services, head, { clients: 'all' })
  const content = [...htmlReport(report, language, services.settings.ATLAS_ZONE)].join('')
  return [{ filename: `atlas-${head.campaignId}.html`, content, contentType: 'text/html; charset=utf-8' }]
}

function eventOf(told: Told): NoticeEvent {
  const { notice, link, test, items, zone } = told
  const line = (language: Language) =>
    test ? `${noticeTexts[language].test}. ${noticeTexts[language].testNext}` : lineOf(notice, language, zone)
  return {
    version: 1,
    id: notice.id,
    test,
    notice: withoutDeliveries(notice),
    text: { en: line('en'), fr: line('fr') },
    ...(link === undefined ? {} : { link }),
    ...(items.length > 0 ? { items: items.map(withoutDeliveries) } : {}),
  }
}

function withoutDeliveries(notice: Notice): NoticeEvent['notice'] {
  const { deliveries: _, ...rest } = notice
  return rest
}
