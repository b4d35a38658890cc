import type { z } from 'zod'
import type { ScenarioDefinition } from '../../infra/local/fleet/scenario.ts'

const clients = [
  ['Infogérance Ardent', 0, ['IA-PARIS-APP01', 'IA-PARIS-DC01']],
  ['Boulangerie Ançay', 0, ['BA-PARIS-APP01', 'BA-PARIS-DC01']],
  ['Clinique Éluard', 0, ['CE-PARIS-APP01', 'CE-PARIS-WEB01']],
  ['Garage Méridien', 0, ['GM-PARIS-FS01', 'GM-PARIS-WEB01']],
  ['Notaires Roux', 1, ['NR-PARIS-APP01', 'NR-PARIS-RDS01', 'NR-PARIS-SQL01', 'NR-PARIS-DC01']],
] as const

/** Twelve servers of five clients, open at any hour. Roles stand in the names. */
export function eveningInventory(): string {
  const rows = clients.flatMap(([client, ring, hosts]) =>
    hosts.map((host) => `${client};${host};physical;${ring};daily 00:00 24h;Europe/Paris`),
  )
  return ['client;server;kind;ring;window;time zone', ...rows, ''].join('\n')
}

/** What goes wrong is certain, and by whom: nothing of the evening is left to a seed. */
export const evening: z.input<typeof ScenarioDefinition> = {
  name: 'desk',
  durations: {
    kind: 'shared',
    totalSeconds: 2400,
    weights: { inspect: 20, checkpoint: 120, install: 600, reboot: 200, verify: 60, removeCheckpoint: 60 },
  },
  hosts: {
    'BA-PARIS-APP01': { installFails: 1 },
    'CE-PARIS-APP01': { neverReturns: 1 },
    // Its update is neither healthy nor can it be taken back: somebody has to look.
    'GM-PARIS-FS01': { serviceDown: 1, uninstallFails: 1 },
    'NR-PARIS-APP01': { backupMissing: 1 },
  },
  installFailures: [{ hresult: '0x80070070', message: 'There is no room on the disk', weight: 1 }],
  updates: [
    { id: 'u-2026-11', kb: 'KB5068787', title: 'Cumulative update for Windows Server 2022 (2026-11)' },
  ],
}
