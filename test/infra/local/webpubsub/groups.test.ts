import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { next, startRig } from './rig.ts'

let rig: Awaited<ReturnType<typeof startRig>>
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const viewer = async (options: { userId?: string; groups?: string[]; roles?: string[] }) => {
  const { url } = await rig.service.getClientAccessToken(options)
  const { client, inbox } = rig.client(url)
  const connected = next(client, 'connected')
  await client.start()
  await connected
  return { client, inbox }
}

describe('groups', () => {
  it('gives a frame to the viewers of its group and to nobody else', async () => {
    const one = await viewer({ groups: ['client-1'] })
    const two = await viewer({ groups: ['client-2'] })
    await rig.service.group('client-1').sendToAll({ rows: [1] })
    await rig.service.group('client-2').sendToAll({ rows: [2] })
    await rig.service.sendToAll('end', { contentType: 'text/plain' })
    await Promise.all([one.inbox.reaches(2), two.inbox.reaches(2)])
    expect(one.inbox.received).toEqual([{ rows: [1] }, 'end'])
    expect(two.inbox.received).toEqual([{ rows: [2] }, 'end'])
  })

  it('keeps the order of one sender', async () => {
    const { inbox } = await viewer({ groups: ['g'] })
    const sent = Array.from({ length: 200 }, (_, index) => ({ index }))
    for (const message of sent) await rig.service.group('g').sendToAll(message)
    await inbox.reaches(sent.length)
    expect(inbox.received).toEqual(sent)
  })

  it('lets a client join and leave the groups of its role only', async () => {
    const { client, inbox } = await viewer({ roles: ['webpubsub.joinLeaveGroup.mine'] })
    await client.joinGroup('mine')
    await rig.service.group('mine').sendToAll('joined', { contentType: 'text/plain' })
    await inbox.reaches(1)
    await client.leaveGroup('mine')
    await rig.service.group('mine').sendToAll('left', { contentType: 'text/plain' })
    await rig.service.sendToAll('end', { contentType: 'text/plain' })
    await inbox.reaches(2)
    expect(inbox.received).toEqual(['joined', 'end'])
    await expect(client.joinGroup('other')).rejects.toMatchObject({ errorDetail: { name: 'Forbidden' } })
    expect(await rig.service.groupExists('other')).toBe(false)
  })

  it('lets a client send to a group with the role only, and knows a repeated ack id', async () => {
    const reader = await viewer({ groups: ['g'] })
    const writer = await viewer({ userId: 'ann', roles: ['webpubsub.sendToGroup.g'] })
    await expect(reader.client.sendToGroup('g', 'no', 'text')).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    })
    const first = await writer.client.sendToGroup('g', 'yes', 'text', { ackId: 7 })
    const again = await writer.client.sendToGroup('g', 'yes', 'text', { ackId: 7 })
    expect([first.isDuplicated, again.isDuplicated]).toEqual([false, true])
    await rig.service.sendToAll('end', { contentType: 'text/plain' })
    await reader.inbox.reaches(2)
    expect(reader.inbox.received).toEqual(['yes', 'end'])
  })

  it('carries text, JSON and bytes unchanged, both ways', async () => {
    const { client, inbox } = await viewer({ groups: ['g'], roles: ['webpubsub.sendToGroup'] })
    const bytes = new Uint8Array([0, 255, 10, 13]).buffer
    await rig.service.group('g').sendToAll('é "quoted" \u2028', { contentType: 'text/plain' })
    await rig.service.group('g').sendToAll({ deep: [null, 1.5, 'é'] })
    await rig.service.group('g').sendToAll(bytes)
    await client.sendToGroup('g', bytes, 'binary')
    await client.sendToGroup('g', [1, null], 'json')
    await inbox.reaches(5)
    expect(inbox.received).toEqual(['é "quoted" \u2028', { deep: [null, 1.5, 'é'] }, bytes, bytes, [1, null]])
  })
})

describe('service calls', () => {
  it('reaches every connection of a user', async () => {
    const both = [await viewer({ userId: 'ann' }), await viewer({ userId: 'ann' })]
    const other = await viewer({ userId: 'bob' })
    await rig.service.sendToUser('ann', { to: 'ann' })
    await rig.service.sendToAll({ to: 'all' })
    await Promise.all([...both, other].map(({ inbox }) => inbox.reaches(1)))
    await Promise.all(both.map(({ inbox }) => inbox.reaches(2)))
    expect(both[0]?.inbox.received).toEqual([{ to: 'ann' }, { to: 'all' }])
    expect(other.inbox.received).toEqual([{ to: 'all' }])
  })

  it('tells who is there, adds and removes users and connections, grants and revokes', async () => {
    const { client, inbox } = await viewer({ userId: 'ann/é' })
    const group = rig.service.group('g 1')
    const id = await connectionIdOf('ann/é')
    expect(await rig.service.userExists('ann/é')).toBe(true)
    expect(await rig.service.userExists('bob')).toBe(false)
    expect(await rig.service.connectionExists(id)).toBe(true)
    expect(await rig.service.connectionExists('nobody')).toBe(false)

    await group.addConnection(id)
    expect(await rig.service.groupExists('g 1')).toBe(true)
    await group.removeConnection(id)
    expect(await rig.service.groupExists('g 1')).toBe(false)
    await group.addUser('ann/é')
    await rig.service.removeUserFromAllGroups('ann/é')
    expect(await rig.service.groupExists('g 1')).toBe(false)
    await expect(group.addConnection('nobody')).rejects.toMatchObject({ statusCode: 404 })

    await rig.service.grantPermission(id, 'joinLeaveGroup', { targetName: 'g 1' })
    expect(await rig.service.hasPermission(id, 'joinLeaveGroup', { targetName: 'g 1' })).toBe(true)
    await client.joinGroup('g 1')
    await rig.service.revokePermission(id, 'joinLeaveGroup', { targetName: 'g 1' })
    await expect(client.leaveGroup('g 1')).rejects.toMatchObject({ errorDetail: { name: 'Forbidden' } })

    await rig.service.sendToConnection(id, 'direct', { contentType: 'text/plain' })
    await inbox.reaches(1)
    expect(inbox.received).toEqual(['direct'])
  })

  it('closes a connection for good: the client learns why and comes back as a new one', async () => {
    const { client } = await viewer({ userId: 'ann' })
    const id = await connectionIdOf('ann')
    const gone = new Promise((resolve) =>
      client.on('disconnected', ({ message }) => resolve(message?.message)),
    )
    const back = next(client, 'connected')
    await rig.service.closeConnection(id, { reason: 'maintenance' })
    expect(await gone).toBe('maintenance')
    await back
    expect(await rig.service.connectionExists(id)).toBe(false)
    expect(await connectionIdOf('ann')).not.toBe(id)
  })

  it('says plainly what it does not emulate', async () => {
    await expect(rig.service.sendToAll({}, { filter: "userId eq 'ann'" })).rejects.toMatchObject({
      statusCode: 501,
      message: expect.stringContaining('filters are not emulated'),
    })
    await expect(rig.service.sendToAll({ big: 'x'.repeat(1024 * 1024) })).rejects.toMatchObject({
      statusCode: 413,
    })
  })
})

const connectionIdOf = async (userId: string): Promise<string> => {
  const probe = rig.service.group('probe')
  await probe.addUser(userId)
  for await (const { connectionId } of await probe.listConnections()) {
    await probe.removeUser(userId)
    return connectionId
  }
  throw new Error(`no connection of ${userId}`)
}
