import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFleetStore } from '../../../../functions/adapters/tables/fleetStore.ts'
import { ClientId, ServerId } from '../../../../orchestrations/domain/ids.ts'
import { startTables, type TablesRig } from '../../../support/tables.ts'

let rig: TablesRig
beforeAll(async () => {
  rig = await startTables()
})
afterAll(() => rig.close())

const clientId = ClientId.parse('boulangerie')
const token = (left: number) => ({ clientId, left, expiresAt: 1_000, issuedBy: 'anna' })
const winners = (uses: readonly unknown[]): number => uses.filter((use) => use !== undefined).length

test('Of 200 hosts that use a token with one use left at once, in four processes, one wins', async () => {
  const stores = Array.from({ length: 4 }, () => createFleetStore(rig.tables.Fleet))
  await stores[0]?.putToken('race', token(1))

  const uses = await Promise.all(
    Array.from({ length: 50 }, () => stores).flatMap((four) =>
      four.map((store) => store.useToken('race', 0)),
    ),
  )

  expect(winners(uses)).toBe(1)
})

test('A whole client enrols at once: every use that the token has is granted, and no other', async () => {
  const store = createFleetStore(rig.tables.Fleet)
  await store.putToken('many', token(60))

  const uses = await Promise.all(Array.from({ length: 100 }, () => store.useToken('many', 0)))

  expect(winners(uses)).toBe(60)
})

test('A token is refused when it is unknown, used up or expired', async () => {
  const store = createFleetStore(rig.tables.Fleet)
  await store.putToken('old', token(5))
  await store.putToken('used', token(0))
  expect(await store.useToken('none', 0)).toBeUndefined()
  expect(await store.useToken('used', 0)).toBeUndefined()
  expect(await store.useToken('old', 1_000)).toBeUndefined()
  expect(await store.useToken('old', 999)).toMatchObject({ left: 4 })
})

test('Two operators raise the stop at once: the epoch rises as often as it is changed', async () => {
  const stores = [createFleetStore(rig.tables.Fleet), createFleetStore(rig.tables.Fleet)]
  const { epoch } = await createFleetStore(rig.tables.Fleet).control()

  await Promise.all(
    [...stores, ...stores, ...stores, ...stores, ...stores].map((store) =>
      store.changeControl((control) => ({ ...control, epoch: control.epoch + 1 })),
    ),
  )

  expect((await createFleetStore(rig.tables.Fleet).control()).epoch).toBe(epoch + 10)
})

test('Two clients may each own a host of one name', async () => {
  const store = createFleetStore(rig.tables.Fleet)
  const ids = ['a.dc01', 'b.dc01'].map((id) => ServerId.parse(id))
  for (const id of [...ids, ...ids]) await store.putHosts([{ host: 'DC01', serverId: id }])
  expect(await store.hostsNamed('dc01')).toEqual(ids)
})
