import { z } from 'zod'
import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import type { Language } from '../../orchestrations/contracts/words/index.ts'
import type { ClientId } from '../../orchestrations/domain/ids.ts'
import type { PlannedClient } from '../../orchestrations/domain/plan.ts'
import { dayMs } from '../../orchestrations/domain/time.ts'
import { campaignHeads } from '../control/activeCampaigns.ts'
import { htmlReport } from '../report/html.ts'
import { readReport } from '../report/read.ts'
import type { Services } from '../services.ts'
import { afterMessage, beforeMessage } from './clientMessages.ts'
import type { Message } from './message.ts'
import { outletsOf } from './outlets.ts'

/** Plan ms. */
const aheadMs = dayMs
const afterwardsMs = 7 * dayMs
/** A mail server is not flooded by one campaign's end. */
const mailsARun = 20
const mostAttempts = 5

/** Only the part before the first mail; later states don't concern clients. */
const before: ReadonlySet<string> = new Set(['approved', 'running', 'paused'])
const after: ReadonlySet<string> = new Set(['ended', 'carryingOver'])

interface Due {
  readonly key: string
  readonly head: CampaignHead
  readonly planned: PlannedClient
  readonly phase: 'before' | 'after'
}

/**
 * Tells clients a day ahead of their first start, and sends them their own report afterwards: only with
 * ATLAS_CLIENT_MAIL=on, and only those whose contact is a mail address. Each is written down before it is sent; a
 * process that dies in between leaves one mail to the next call, with the same Message-ID.
 */
export async function tellClients(services: Services, complain: (text: string) => void): Promise<void> {
  const { settings, notices } = services
  if (settings.ATLAS_CLIENT_MAIL === 'off' || !settings.ATLAS_MAIL) return
  let left = mailsARun
  for (const due of await dueMails(services)) {
    if (left === 0) return
    const told = await notices.clientMail(due.key)
    if (told !== undefined && (told.done || told.attempts >= mostAttempts)) continue
    left -= 1
    const attempts = (told?.attempts ?? 0) + 1
    const at = services.clocks.wire()
    await notices.putClientMail(due.key, { attempts, done: false, at })
    try {
      await send(services, due, settings.ATLAS_CLIENT_LANGUAGE)
      await notices.putClientMail(due.key, { attempts, done: true, at })
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      complain(`client mail ${due.key}, attempt ${attempts}: ${text}`)
      return
    }
  }
}

async function dueMails(services: Services): Promise<Due[]> {
  const now = services.clocks.plan()
  const heads = await campaignHeads(services)
  const found = await Promise.all(
    heads.map(async (head): Promise<Due[]> => {
      const { campaignId, state, endedAt } = head
      const isAfter = after.has(state.kind) && endedAt !== undefined && now - endedAt < afterwardsMs
      if (!isAfter && !before.has(state.kind)) return []
      const clients = await services.campaigns.plannedClients(campaignId)
      if (isAfter) return clients.map((planned) => dueOf(head, planned, 'after', String(Math.floor(endedAt))))
      return clients
        .filter(({ firstStart }) => firstStart > now && firstStart - now <= aheadMs)
        .map((planned) => dueOf(head, planned, 'before', ''))
    }),
  )
  return found.flat()
}

const dueOf = (head: CampaignHead, planned: PlannedClient, phase: Due['phase'], when: string): Due => ({
  key: [phase, head.campaignId, planned.clientId, when].join('.'),
  head,
  planned,
  phase,
})

/** Nothing is sent to who has no address, and that is done too. */
async function send(services: Services, due: Due, language: Language): Promise<void> {
  const { mail } = outletsOf(services)
  const to = await addressOf(services, due.planned.clientId)
  if (!mail || to === undefined) return
  const { message, attachments } = await contentOf(services, due, language)
  const refused = await mail.send({
    id: due.key,
    thread: `client ${due.head.campaignId} ${due.planned.clientId}`,
    to: [to],
    language,
    ...message,
    attachments,
    at: services.clocks.wire(),
  })
  if (refused.length > 0) throw new Error('the mail server refused its recipient')
}

async function addressOf(services: Services, clientId: ClientId): Promise<string | undefined> {
  const contact = await services.clients.read(clientId, {}, (partition) => partition.config()?.contact)
  return z.email().safeParse(contact).data
}

async function contentOf(services: Services, { head, planned, phase }: Due, language: Language) {
  if (phase === 'before') return { message: beforeMessage(planned, language), attachments: [] }
  const { clientId } = planned
  const report = await readReport(services, head, { clientId, clients: [clientId] })
  const content = [...htmlReport(report, language, planned.zone)].join('')
  const message: Message = afterMessage(report, planned, language)
  const contentType = 'text/html; charset=utf-8'
  return { message, attachments: [{ filename: `${clientId}.html`, content, contentType }] }
}
