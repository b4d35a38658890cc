import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { taskKinds } from '../../../orchestrations/contracts/tasks.ts'
import { kindsWanted } from '../../../orchestrations/domain/evidenceWanted.ts'
import { ServerId } from '../../../orchestrations/domain/ids.ts'
import { PlannedServer } from '../../../orchestrations/domain/plan.ts'
import { defaultSettings, type CampaignSettings } from '../../../orchestrations/domain/settings.ts'

const id = (name: string) => ServerId.parse(`client-0001.${name}`)
const guest = PlannedServer.parse({
  serverId: id('web01'),
  host: 'WEB01',
  order: 1,
  role: 'web',
  kind: 'vm',
  runsOn: id('hv01'),
  backupServer: id('bck01'),
  estimateMinutes: 45,
  latestStart: 0,
})
const wanted = (
  server: PlannedServer,
  settings: Partial<CampaignSettings> = {},
  purpose: 'install' | 'remove' = 'install',
) =>
  Object.fromEntries(
    kindsWanted(server, { settings: { ...defaultSettings, ...settings }, purpose }).map(({ on, kinds }) => [
      on.split('.')[1],
      kinds,
    ]),
  )

describe('what a plan may run, and where', () => {
  it('is checkpoints on the guest’s host, backups on its backup server, the rest on itself', () => {
    expect(wanted(guest)).toEqual({
      web01: ['inspect', 'install', 'uninstall', 'repair', 'reboot', 'verify'],
      hv01: ['checkpoint', 'removeCheckpoint', 'restoreCheckpoint'],
      bck01: ['inspect', 'holdJobs', 'releaseJobs'],
    })
  })

  it('is sessions as well on a remote desktop host', () => {
    expect(wanted({ ...guest, role: 'rds' })['web01']).toEqual(expect.arrayContaining(['drain', 'undrain']))
  })

  it('is no more than the settings let it do', () => {
    expect(wanted(guest, { createSnapshots: false, requireBackup: false })).toEqual({
      web01: ['inspect', 'install', 'uninstall', 'repair', 'reboot', 'verify'],
    })
    expect(wanted(guest, { autoRollback: false })).toMatchObject({
      web01: ['inspect', 'install', 'repair', 'reboot', 'verify'],
      hv01: ['checkpoint', 'removeCheckpoint'],
    })
  })

  it('is no checkpoint of a physical server or a host', () => {
    for (const kind of ['physical', 'hyperVHost'] as const)
      expect(wanted({ ...guest, kind })).not.toHaveProperty('hv01')
  })

  it('installs nothing where updates are removed', () => {
    expect(wanted(guest, {}, 'remove')['web01']).toEqual([
      'inspect',
      'uninstall',
      'repair',
      'reboot',
      'verify',
    ])
  })

  it('knows every kind that the stories command', () => {
    const folder = new URL('../../../orchestrations/campaign/', import.meta.url)
    const known = new Set<string>(taskKinds)
    const commanded = readdirSync(folder)
      .filter((name) => name !== 'prepare.ts')
      .flatMap((name) => [
        ...readFileSync(new URL(name, folder), 'utf8').matchAll(/task:\s*\{\s*kind: '(\w+)'/g),
      ])
      .map(([, kind = '']) => kind)
      .filter((kind) => known.has(kind))
    const all = new Set(
      [wanted(guest), wanted({ ...guest, role: 'rds' }), wanted(guest, {}, 'remove')].flatMap((one) =>
        Object.values(one).flat(),
      ),
    )
    expect(commanded.length).toBeGreaterThan(8)
    expect(new Set(commanded)).toEqual(all)
  })
})
