import { describe, expect, it } from 'vitest'
import { demoInventory } from '../../orchestrations/contracts/demo/index.ts'
import type { Inventory, Server } from '../../orchestrations/domain/fleet.ts'
import { judge, type Effect, type Terms } from './judge.ts'

const whole = demoInventory()
const inventory: Inventory = { clients: whole.clients.slice(0, 1), servers: whole.servers.slice(0, 10) }
const saturday = Date.parse('2026-11-28T00:00:00+01:00')
const minute = 60_000

function serverOf(role: Server['role']): Server {
  const server = inventory.servers.find((one) => one.role === role)
  if (!server) throw new Error(`No ${role}`)
  return server
}
const rds = serverOf('rds')
const files = serverOf('file')
const backup = serverOf('backup')

/** Begun and ended, minutes after the window has opened. */
function effect(server: Server, kind: string, from: number, more: Partial<Effect> = {}): Effect[] {
  const commandId = `campaign.p0.${server.serverId}.${kind}.1`
  const base = { server: server.host, client: inventory.clients[0]?.name ?? '', kind, commandId, wire: 0 }
  return [
    { ...base, commandId, at: saturday + from * minute, phase: 'begun' },
    { ...base, commandId, at: saturday + (from + 1) * minute, phase: 'ended', ok: true, ...more },
  ]
}

const held = effect(files, 'holdJobs', 0)
const drained = effect(rds, 'drain', 0)
const judged = (record: readonly Effect[], terms: Partial<Terms> = {}): string[] =>
  judge(record, { inventory, topology: true, over: true, ...terms }).map(({ rule }) => rule)

describe('the judge of what is done around a server', () => {
  it('says nothing of jobs that were released and of hosts that were opened, in whatever story', () => {
    expect(judged([...held, ...effect(files, 'releaseJobs', 20)])).toEqual([])
    expect(judged([...drained, ...effect(rds, 'undrain', 20)])).toEqual([])
    const monday = 3 * 24 * 60
    const cleanUp = { commandId: 'cleanup-1.c.client.releaseJobs.1' }
    const [begun, ended] = effect(files, 'releaseJobs', monday)
    const released = [begun, ended].flatMap((line) => (line ? [{ ...line, ...cleanUp }] : []))
    expect(judged([...held, ...released])).toEqual([])
  })

  it('finds jobs that are still held, and a host that still takes nobody', () => {
    expect(judged(held)).toEqual(['jobsLeftHeld'])
    expect(judged(drained)).toEqual(['leftDrained'])
    expect(judged([...effect(files, 'releaseJobs', 0), ...effect(files, 'holdJobs', 20)])).toEqual([
      'jobsLeftHeld',
    ])
    const failed = effect(rds, 'undrain', 20, { ok: false, code: 'notUndrained' })
    expect(judged([...drained, ...failed])).toEqual(['leftDrained'])
  })

  it('waits until the server is done with: when all is over, or its client has gone on', () => {
    expect(judged(held, { over: false })).toEqual([])
    expect(judged([...held, ...effect(rds, 'reboot', 30)], { over: false })).toEqual(['jobsLeftHeld'])
  })

  it('knows that nothing was held or drained by what failed', () => {
    const failed = { ok: false, code: 'x' }
    expect(judged(effect(files, 'holdJobs', 0, failed))).toEqual([])
    expect(judged(effect(rds, 'drain', 0, failed))).toEqual([])
  })

  it('knows that a host goes back to a checkpoint of before it was drained', () => {
    expect(judged([...drained, ...effect(rds, 'restoreCheckpoint', 20)])).toEqual([])
  })

  it('blames nobody for a machine that doesn’t answer', () => {
    const gone = { backAt: null }
    expect(judged([...drained, ...effect(rds, 'reboot', 20, gone)])).toEqual([])
    expect(judged([...held, ...effect(files, 'reboot', 20, gone)])).toEqual(['jobsLeftHeld'])
    expect(judged([...held, ...effect(backup, 'reboot', 20, gone)])).toEqual([])
  })

  it('leaves to an operator what he has taken in hand', () => {
    const said = (action: string, about: object) =>
      [{ phase: 'answered', action, ok: true, plan: saturday, wire: 0, ...about }] as const
    for (const operator of [
      said('resolveServer', { serverId: files.serverId }),
      said('unlockClient', { clientId: files.clientId }),
    ])
      expect(judged(held, { operator })).not.toContain('jobsLeftHeld')
    const other = said('resolveServer', { serverId: rds.serverId })
    expect(judged(held, { operator: other })).toContain('jobsLeftHeld')
  })
})
