import { afterEach, beforeEach, expect, test } from 'vitest'
import { forgetOld, keptMs } from '../../../functions/control/retention.ts'
import type { ImportRow } from '../../../functions/adapters/tables/fleetStore.ts'
import { InventoryAnswer, type Delivery, type Notice } from '../../../orchestrations/contracts/api.ts'
import { fleetLedger } from '../../../orchestrations/domain/ids.ts'
import { startRig, type Rig } from '../http/rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const sent: Delivery = { kind: 'sent', channel: 'mail', at: 0 }
const waiting: Delivery = { kind: 'waiting', channel: 'mail', attempts: 0 }
async function notice(id: string, ...deliveries: Delivery[]): Promise<void> {
  const told: Notice = { id, kind: 'silence', at: rig.services.clocks.wire(), planAt: 0, deliveries }
  await rig.services.notices.add(told)
}
async function approval(approvalId: string): Promise<void> {
  const now = rig.services.clocks.wire()
  await rig.services.approvals.change(approvalId, () => ({
    approvalId,
    action: 'unlockClient',
    requestedBy: 'anna',
    requestedAt: now,
    expiresAt: now,
    request: 'POST /api/x {}',
    state: { kind: 'used' },
  }))
}
async function imported(importId: string): Promise<void> {
  const now = rig.services.clocks.wire()
  const none = { rows: 0, clients: 0, servers: 0, added: 0, changed: 0, unchanged: 0 }
  const row: ImportRow = {
    importId,
    content: '',
    actor: 'anna',
    file: 'a.csv',
    startedAt: now,
    touchedAt: now,
    clients: 0,
    clientsDone: 0,
    answer: InventoryAnswer.parse({ importId, applied: true, notes: [], ...none }),
  }
  await rig.services.fleet.putImport(row)
}
const noticeIds = async () =>
  (await rig.services.notices.page(1000, undefined, () => true)).notices.map(({ id }) => id)
const approvalIds = async () => (await rig.services.approvals.list()).map(([key]) => key)
const mail = (at: number) => ({ attempts: 1, done: true, at })
const linesOfRetention = async () =>
  (await rig.services.history.read(fleetLedger, 0, 100)).filter(
    ({ action }) => action === 'retention.applied',
  )
const later = (ms: number) => {
  rig.time.wire += ms
}

test('Rows go when their time is over and not before; the ledger says how many, and nothing when there is none', async () => {
  const { services } = rig
  await approval('a-old')
  await notice('n-old', sent)
  await services.notices.putClientMail('m-old', mail(services.clocks.wire()))
  await imported('i-old')
  later(keptMs.imports - 60_000)
  await forgetOld(services)
  expect(await services.fleet.importRow('i-old')).toBeDefined()
  expect(await linesOfRetention()).toEqual([])

  await imported('i-new')
  later(120_000)
  await forgetOld(services)
  expect(await services.fleet.importRow('i-old')).toBeUndefined()
  expect(await services.fleet.importRow('i-new')).toBeDefined()
  expect(await noticeIds()).toEqual(['n-old'])
  expect(await approvalIds()).toEqual(['a-old'])

  await approval('a-new')
  await notice('n-new', sent)
  await services.notices.putClientMail('m-new', mail(services.clocks.wire()))
  later(keptMs.notices - keptMs.imports)
  await forgetOld(services)
  expect(await noticeIds()).toEqual(['n-new'])
  expect(await approvalIds()).toEqual(['a-new'])
  expect(await services.notices.find('n-old')).toBeUndefined()
  expect(await services.notices.clientMail('m-old')).toBeUndefined()
  expect(await services.notices.clientMail('m-new')).toBeDefined()
  expect(await linesOfRetention()).toMatchObject([
    { actor: 'atlas', detail: { imports: 1, approvals: 0, notices: 0, clientMails: 0 } },
    { actor: 'atlas', detail: { imports: 1, approvals: 1, notices: 1, clientMails: 1 } },
  ])
})

test('What still waits to be sent stays, with what it is to be sent by', async () => {
  await notice('unsent', sent, waiting)
  await notice('told', sent)
  later(keptMs.notices + 60_000)
  await forgetOld(rig.services)
  expect(await noticeIds()).toEqual(['unsent'])
  expect(await rig.services.notices.outbox('mail')).toMatchObject([{ id: 'unsent' }])
})

test('A run takes only so much; the next ones take the rest', async () => {
  for (let count = 0; count < 5; count++) {
    await notice(`n${count}`, sent)
    await approval(`a${count}`)
  }
  later(keptMs.approvals + 60_000)
  await forgetOld(rig.services, 2)
  expect(await noticeIds()).toHaveLength(3)
  expect(await approvalIds()).toHaveLength(3)
  await forgetOld(rig.services, 2)
  await forgetOld(rig.services, 2)
  expect(await noticeIds()).toEqual([])
  expect(await approvalIds()).toEqual([])
})

test('A request that is asked anew while it is being taken away stays', async () => {
  const { services } = rig
  await approval('again')
  later(keptMs.approvals + 60_000)
  const { approvals } = services
  const races: typeof approvals = {
    ...approvals,
    removeIf: async (key, is) => {
      await approval('again')
      return approvals.removeIf(key, is)
    },
  }
  await forgetOld({ ...services, approvals: races })
  expect(await approvalIds()).toEqual(['again'])
})
