import { afterEach, beforeEach, expect, test } from 'vitest'
import { deliver } from '../../../functions/notices/deliver.ts'
import type { Services } from '../../../functions/services.ts'
import type { Channel, Notice } from '../../../orchestrations/contracts/api.ts'
import { CampaignId, ClientId, ServerId } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { startRig, type Rig } from '../http/rig.ts'
import { startHook, type Hook } from './hook.ts'
import { partsOf, startSmtp, type Smtp } from './smtp.ts'

const secret = 'a secret of sixteen or more'
let rig: Rig
let smtp: Smtp
let hook: Hook
let services: Services
const complaints: string[] = []
beforeEach(async () => {
  complaints.length = 0
  ;[rig, smtp, hook] = await Promise.all([startRig(), startSmtp(), startHook(secret)])
  services = configured({})
})
afterEach(async () => {
  await Promise.all([rig.close(), smtp.close(), hook.close()])
})

/** Services as another process would make them of the same store. */
function configured(more: Partial<Services['settings']>): Services {
  const mail = {
    smtp: smtp.url,
    from: 'ATLAS <atlas@msp.example>',
    to: ['night@msp.example'],
    languages: {},
    language: 'en' as const,
  }
  const settings = {
    ...rig.services.settings,
    ATLAS_MAIL: mail,
    ATLAS_WEBHOOK: { url: hook.url, secret },
    ATLAS_PAGE_URL: 'https://atlas.msp.example/',
    ...more,
  }
  return { ...rig.services, settings }
}

const campaignId = CampaignId.parse('2026-11-21-abc')
let made = 0
async function notice(kind: Notice['kind'] = 'needsOperator', more: Partial<Notice> = {}): Promise<string> {
  made += 1
  const id = `${kind}.${made}`
  const both: Channel[] = ['mail', 'webhook']
  await services.notices.add({
    id,
    kind,
    at: services.clocks.wire() + made,
    planAt: Date.parse('2026-11-21T21:14:00Z'),
    campaignId,
    campaignName: 'Novembre',
    clientId: ClientId.parse('clinique'),
    clientName: 'Clinique St-Jean',
    serverId: ServerId.parse('clinique.dc01'),
    host: `DC${made}`,
    zone: 'Europe/Paris',
    reason: reason('commandFailed', { step: 'reboot', message: 'it stays dark' }),
    deliveries: both.map((channel) => ({ kind: 'waiting', channel, attempts: 0 })),
    ...more,
  })
  return id
}

const send = (channel: Channel, through = services) =>
  deliver(through, channel, (text) => complaints.push(text))
const later = (ms: number) => {
  rig.time.wire += ms
}
const stateOf = async (id: string, channel: Channel) =>
  (await services.notices.find(id))?.notice.deliveries.find((one) => one.channel === channel)
const subjects = () => smtp.received.map(({ headers }) => headers.get('subject') ?? '')

test('A notice goes out once by each channel, says what, where, why and when, and links to the page', async () => {
  const id = await notice()
  await send('mail')
  await send('mail')
  await send('webhook')
  await send('webhook')
  expect(subjects()).toEqual([`[ATLAS] Needs an operator: DC${made}, Clinique St-Jean`])
  const [mail] = smtp.received
  expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
  const [text, html] = partsOf(mail?.raw ?? '')
  expect(text?.text).toContain('Failed during restart: it stays dark')
  expect(text?.text).toContain('Sat 21 Nov 22:14 CET (Europe/Paris)')
  expect(text?.text).toContain('https://atlas.msp.example/?campaign=2026-11-21-abc&client=clinique')
  expect(html?.text).toContain('<html lang="en">')
  expect(hook.accepted).toMatchObject([{ id, version: 1, test: false, notice: { host: `DC${made}` } }])
  expect(hook.accepted[0]?.notice).not.toHaveProperty('deliveries')
  expect(await stateOf(id, 'mail')).toMatchObject({ kind: 'sent' })
  expect(await stateOf(id, 'webhook')).toMatchObject({ kind: 'sent' })
})

test('Each reader gets the mail in his language, and mails of one campaign hang together', async () => {
  services = configured({
    ATLAS_MAIL: {
      smtp: smtp.url,
      from: 'atlas@msp.example',
      to: ['night@msp.example', 'nuit@msp.example'],
      languages: { 'nuit@msp.example': 'fr' },
      language: 'en',
    },
  })
  await notice()
  await notice('campaignEnded', { reason: reason('campaignEnded', { succeeded: 3, servers: 4 }) })
  await send('mail')
  const french = smtp.received.filter(({ to }) => to.includes('nuit@msp.example'))
  expect(french.map(({ headers }) => headers.get('subject'))).toEqual([
    `[ATLAS] Intervention requise : DC${made - 1}, Clinique St-Jean`,
    expect.stringContaining('[ATLAS] Campagne terminée : '),
  ])
  expect(partsOf(french[0]?.raw ?? '')[0]?.text).toContain('Échec à l’étape'.replace('’', "'"))
  expect(new Set(smtp.received.map(({ headers }) => headers.get('references'))).size).toBe(1)
  expect(new Set(smtp.received.map(({ headers }) => headers.get('message-id'))).size).toBe(4)
})

test('A server that refuses is tried again after ever longer pauses, and named as failed in the end', async () => {
  smtp.become('refuses')
  const id = await notice()
  await send('mail')
  expect(await stateOf(id, 'mail')).toMatchObject({ kind: 'waiting', attempts: 1 })
  await send('mail')
  expect(complaints).toHaveLength(1)
  for (let attempt = 2; attempt <= 9; attempt++) {
    later(31 * 60_000)
    await send('mail')
  }
  expect(await stateOf(id, 'mail')).toMatchObject({ kind: 'failed', attempts: 9 })
  later(31 * 60_000)
  await send('mail')
  expect(complaints).toHaveLength(9)
})

test('A mail cut off midway is sent again with the same Message-ID', async () => {
  smtp.become('closesMidway')
  const id = await notice()
  await send('mail')
  expect(await stateOf(id, 'mail')).toMatchObject({ kind: 'waiting', attempts: 1 })
  smtp.become('takes')
  later(11_000)
  await send('mail')
  expect(await stateOf(id, 'mail')).toMatchObject({ kind: 'sent' })
  expect(smtp.received).toHaveLength(1)
})

test('A process that dies after sending and before writing it down sends a copy under the same ids', async () => {
  await notice()
  const dies: Services = {
    ...services,
    notices: { ...services.notices, settle: () => Promise.reject(new Error('killed')) },
  }
  await expect(send('mail', dies)).rejects.toThrow('killed')
  await expect(send('webhook', dies)).rejects.toThrow('killed')
  later(11_000)
  await send('mail')
  await send('webhook')
  expect(smtp.received).toHaveLength(2)
  expect(new Set(smtp.received.map(({ headers }) => headers.get('message-id'))).size).toBe(1)
  expect(hook.accepted).toHaveLength(2)
  expect(new Set(hook.accepted.map((event) => event.id)).size).toBe(1)
})

test('A dead mail server keeps nothing from the webhook', async () => {
  const { url } = smtp
  await smtp.close()
  services = configured({
    ATLAS_MAIL: { smtp: url, from: 'a@b.example', to: ['n@b.example'], languages: {}, language: 'en' },
  })
  const id = await notice()
  await send('mail')
  await send('webhook')
  expect(await stateOf(id, 'mail')).toMatchObject({ kind: 'waiting', attempts: 1 })
  expect(await stateOf(id, 'webhook')).toMatchObject({ kind: 'sent' })
  smtp = await startSmtp()
})

test('A recipient whom the server refuses keeps the others from nothing', async () => {
  smtp.become('refusesSecondRecipient')
  const to = ['night@msp.example', 'gone@msp.example']
  services = configured({
    ATLAS_MAIL: { smtp: smtp.url, from: 'a@b.example', to, languages: {}, language: 'en' },
  })
  const id = await notice()
  await send('mail')
  expect(await stateOf(id, 'mail')).toMatchObject({ kind: 'sent' })
  expect(complaints).toEqual([expect.stringContaining('gone@msp.example')])
})

test.each([500, 404, 'closes', 'redirects'] as const)(
  'A webhook that answers %s is tried again and never followed elsewhere',
  async (answer) => {
    hook.become(answer)
    const id = await notice()
    await send('webhook')
    expect(await stateOf(id, 'webhook')).toMatchObject({ kind: 'waiting', attempts: 1 })
    hook.become(204)
    later(11_000)
    await send('webhook')
    expect(await stateOf(id, 'webhook')).toMatchObject({ kind: 'sent' })
    expect(new Set(hook.asked)).toEqual(new Set(['/hook']))
  },
)

test('A receiver that takes it and never ends its answer has taken it', async () => {
  hook.become('neverEnds')
  const id = await notice()
  await send('webhook')
  expect(await stateOf(id, 'webhook')).toMatchObject({ kind: 'sent' })
})

test('Who knows another secret refuses what comes', async () => {
  services = configured({ ATLAS_WEBHOOK: { url: hook.url, secret: 'quite another secret' } })
  const id = await notice()
  await send('webhook')
  expect(hook.accepted).toEqual([])
  expect(hook.refused).toHaveLength(1)
  expect(await stateOf(id, 'webhook')).toMatchObject({ kind: 'waiting', attempts: 1 })
})

test('Beyond the cap notices come as one digest that names them; stop and breaker pass always', async () => {
  const ids: string[] = []
  for (let count = 0; count < 25; count++) ids.push(await notice())
  await notice('stopRaised', { clientId: undefined, host: undefined, clientName: undefined })
  await send('mail')
  expect(smtp.received).toHaveLength(1 + 9 + 1)
  expect(subjects()[0]).toContain('EMERGENCY STOP')
  const digest = smtp.received.at(-1)
  expect(digest?.headers.get('subject')).toContain('Further notices')
  const text = partsOf(digest?.raw ?? '')[0]?.text ?? ''
  expect(text.match(/^- Needs an operator: DC/gm)).toHaveLength(16)
  expect(await stateOf(ids[8] ?? '', 'mail')).toMatchObject({ kind: 'sent' })
  expect(await stateOf(ids[9] ?? '', 'mail')).toMatchObject({ kind: 'capped' })
  expect(await stateOf(ids[9] ?? '', 'webhook')).toMatchObject({ kind: 'waiting' })

  await notice()
  const breaker = await notice('breakerTripped')
  await send('mail')
  expect(await stateOf(breaker, 'mail')).toMatchObject({ kind: 'sent' })
  expect(smtp.received).toHaveLength(12)
  later(10 * 60_000 + 1000)
  await send('mail')
  expect(smtp.received).toHaveLength(13)
})

test('A campaign’s end is sent beyond the cap, with the report that a digest would lose', async () => {
  for (let count = 0; count < 12; count++) await notice()
  await send('mail')
  const end = await notice('campaignEnded', { reason: reason('campaignEnded', { succeeded: 3, servers: 4 }) })
  await send('mail')
  expect(await stateOf(end, 'mail')).toMatchObject({ kind: 'sent' })
  expect(subjects().at(-1)).toContain('Campaign ended')
  expect(await services.notices.outbox('mail')).toEqual([])
})

test('A process that dies while it makes a digest tells nothing twice and forgets nothing', async () => {
  services = configured({ ATLAS_NOTICE_CAP: 2 })
  for (let count = 0; count < 6; count++) await notice()
  let settled = 0
  const dies: Services = {
    ...services,
    notices: {
      ...services.notices,
      settle: (row, delivery) =>
        (settled += 1) > 2 ? Promise.reject(new Error('killed')) : services.notices.settle(row, delivery),
    },
  }
  await expect(send('mail', dies)).rejects.toThrow('killed')
  expect(smtp.received).toEqual([])
  await send('mail')
  expect(subjects().filter((subject) => subject.includes('Needs'))).toHaveLength(1)
  const digest = smtp.received.find(({ headers }) => headers.get('subject')?.includes('Further'))
  expect((partsOf(digest?.raw ?? '')[0]?.text ?? '').match(/^- /gm)).toHaveLength(5)
  expect(smtp.received).toHaveLength(2)
  expect(await services.notices.outbox('mail')).toEqual([])
})

test('No text of a client becomes a header or a tag', async () => {
  await notice('needsOperator', { host: 'DC\r\nBcc: x@y.example', clientName: `<script>${'é'.repeat(120)}` })
  await send('mail')
  const [mail] = smtp.received
  const subject = mail?.headers.get('subject') ?? ''
  expect(subject.length).toBeLessThanOrEqual(80)
  expect(subject).toContain('…')
  expect(mail?.headers.has('bcc')).toBe(false)
  expect(mail?.to).toEqual(['night@msp.example'])
  expect(partsOf(mail?.raw ?? '')[1]?.text).not.toContain('<script')
})
