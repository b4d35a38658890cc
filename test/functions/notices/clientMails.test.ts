import { afterEach, beforeEach, expect, test } from 'vitest'
import { tellClients } from '../../../functions/notices/clientMails.ts'
import type { Services } from '../../../functions/services.ts'
import { generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { planned, running } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'
import { partsOf, startSmtp, type Smtp } from './smtp.ts'

let rig: Rig
let smtp: Smtp
const complaints: string[] = []
const made = generatedInventory(25, { oneRing: true })
/** The first has a mail address, the second a telephone number, the third nothing. */
const contacts = ['it@first.example', '+33 1 23 45 67 89']
const inventory = {
  ...made,
  clients: made.clients.map((client, index) => {
    const contact = contacts[index]
    return contact === undefined ? client : { ...client, contact }
  }),
}
beforeEach(async () => {
  complaints.length = 0
  ;[rig, smtp] = await Promise.all([startRig(), startSmtp()])
  await rig.byName('importInventory', { who: 'anna', body: writeInventoryCsv(inventory) })
})
afterEach(async () => {
  await Promise.all([rig.close(), smtp.close()])
})

async function run(more: Partial<Services['settings']> = {}): Promise<void> {
  rig.time.wire += 60_000
  const mail = {
    smtp: smtp.url,
    from: 'a@b.example',
    to: ['n@b.example'],
    languages: {},
    language: 'en' as const,
  }
  const settings: Services['settings'] = {
    ...rig.services.settings,
    ATLAS_MAIL: mail,
    ATLAS_CLIENT_MAIL: 'on',
    ATLAS_CLIENT_LANGUAGE: 'fr',
    ...more,
  }
  await tellClients({ ...rig.services, settings }, (text) => complaints.push(text))
}
/** A campaign planned on a Thursday for the weekend. */
async function approvedOnThursday() {
  rig.time.plan -= 2 * 86_400_000
  const plan = await planned(rig)
  await rig.byName('approveCampaign', { who: 'paul', params: plan.params, body: { planHash: plan.planHash } })
  return plan
}

test('A client with a mail address is told a day ahead, once; others are not', async () => {
  await approvedOnThursday()
  await run()
  expect(smtp.received).toEqual([])
  rig.time.plan += 86_400_000
  await run()
  await run()
  expect(smtp.received.map(({ to }) => to)).toEqual([['it@first.example']])
  const text = partsOf(smtp.received[0]?.raw ?? '')[0]?.text ?? ''
  expect(text).toContain('Europe/Paris')
  expect(text).toContain('serveurs : 10')
  expect(smtp.received[0]?.raw).not.toMatch(/Client 000[23]|November/)
})

test('A campaign that is only planned tells nobody, nor does one when clients are not to be told', async () => {
  rig.time.plan -= 86_400_000
  await planned(rig)
  await run()
  await approvedOnThursday()
  rig.time.plan += 2 * 86_400_000
  await run({ ATLAS_CLIENT_MAIL: 'off' })
  expect(smtp.received).toEqual([])
})

test('Afterwards it gets its own report, and a mail server that fails is asked again', async () => {
  const { campaignId } = await running(rig)
  await rig.services.campaigns.changeHead(campaignId, (head) => ({
    ...head,
    state: { kind: 'ended' },
    endedAt: rig.time.plan,
  }))
  smtp.become('refuses')
  await run()
  expect(complaints).toHaveLength(1)
  smtp.become('takes')
  await run()
  await run()
  expect(smtp.received.map(({ to }) => to)).toEqual([['it@first.example']])
  const parts = partsOf(smtp.received[0]?.raw ?? '')
  const report = parts.find(({ disposition }) => disposition.startsWith('attachment'))
  expect(report?.text).toContain('Rapport de mise à jour')
  expect(report?.text).toContain('Client 0001')
  expect(parts.map(({ text }) => text).join()).not.toMatch(/Client[ -]000[23]/)
})
