import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseInventory } from '../../../orchestrations/contracts/inventory.ts'
import type { Server } from '../../../orchestrations/domain/fleet.ts'

const folder = join(import.meta.dirname, '../../fixtures/inventory')

interface Expected {
  readonly file: string
  readonly encoding: string
  /** Those that are read. */
  readonly headings: string
  readonly servers: readonly string[]
  /** Rows that tell of no Windows server. */
  readonly leftOut: number
}

/** Exports of tools that providers have, as those tools write them. */
const tools: readonly Expected[] = [
  {
    file: 'action1.csv',
    encoding: 'utf-8',
    headings: 'Endpoint Name = host; Organization = client; OS = os',
    servers: ['oak-clinic.oak-dc01 domainController physical', 'oak-clinic.oak-fs01 file physical'],
    leftOut: 1,
  },
  {
    file: 'atera.csv',
    encoding: 'utf-8',
    headings:
      'Agent Name = host; Customer Name = client; Machine Name = host; Device Type = deviceClass; OS = os',
    servers: ['lemaire-fils.lem-srv01 other physical'],
    leftOut: 1,
  },
  {
    file: 'azure-vms.csv',
    encoding: 'utf-8',
    headings: 'NAME = host; TYPE = kind; SUBSCRIPTION = client; LOCATION = site; OPERATING SYSTEM = os',
    servers: ['rowan-retail.vm-app-01 application vm at France Central'],
    leftOut: 1,
  },
  {
    file: 'connectwise-automate.csv',
    encoding: 'utf-8',
    headings:
      'Client Name = client; Location Name = site; Computer Name = host; Operating System = os; Type = kind',
    servers: [
      'harbor-freight.harb-dc01 domainController physical at Main',
      'harbor-freight.harb-ts01 rds physical at Main',
    ],
    leftOut: 1,
  },
  {
    file: 'datto-rmm.csv',
    encoding: 'utf-8',
    headings: 'Device Hostname = host; Site Name = client; Device Type = deviceClass; Operating System = os',
    servers: [
      'blue-dental.blue-dc01 domainController physical',
      'blue-dental.blue-hv01 host hyperVHost',
      'garage-du-port.garage-srv1 other physical',
    ],
    leftOut: 2,
  },
  {
    file: 'get-adcomputer.csv',
    encoding: 'utf-8',
    headings: 'DNSHostName = host; Name = host; OperatingSystem = os; SamAccountName = host',
    servers: ['given.tec-dc01 domainController physical', 'given.tec-fs01 file physical'],
    leftOut: 1,
  },
  {
    file: 'glpi-en.csv',
    encoding: 'utf-8',
    headings: 'Name = host; Entity = client; Operating System - Name = os; Location = site',
    servers: [
      'boulangerie-ancay.anc-dc01 domainController physical at Paris',
      'boulangerie-ancay.anc-fs01 file physical at Paris',
    ],
    leftOut: 0,
  },
  {
    file: 'glpi.csv',
    encoding: 'utf-8',
    headings: "Nom = host; Entité = client; Type = kind; Système d'exploitation - Nom = os; Lieu = site",
    servers: [
      'boulangerie-ancay.anc-dc01 domainController physical at Paris > Siège',
      'mairie-de-vannes.mai-srv01 other physical at Vannes',
    ],
    leftOut: 1,
  },
  {
    file: 'hyperv-get-vm.csv',
    encoding: 'utf-16le',
    headings: 'VMName = host; ComputerName = runsOn',
    servers: [
      'given.bir-dc01 domainController vm on given.bir-hv01',
      'given.bir-sql01 sql vm on given.bir-hv01',
      'given.bir-hv01 host hyperVHost',
    ],
    leftOut: 0,
  },
  {
    file: 'kaseya-vsa.csv',
    encoding: 'utf-8',
    headings: 'Machine ID = host; Machine Group = client; Operating System = os; Agent Type = deviceClass',
    servers: ['contoso-servers.sqlprod other physical', 'contoso-servers.dc1 domainController physical'],
    leftOut: 1,
  },
  {
    file: 'lansweeper.csv',
    encoding: 'utf-8',
    headings: 'AssetName = host; OS = os; IP Location = site',
    servers: [
      'given.elm-dc01 domainController physical at Rennes',
      'given.elm-hv01 host hyperVHost at Rennes',
    ],
    leftOut: 1,
  },
  {
    file: 'manageengine.csv',
    encoding: 'utf-8',
    headings: 'Computer Name = host; Customer Name = client; Remote Office = site; Operating System = os',
    servers: [
      'fir-logistics.fir-dc01 domainController physical at Local Office',
      'fir-logistics.fir-app01 application physical at Nantes',
    ],
    leftOut: 1,
  },
  {
    file: 'n-central.csv',
    encoding: 'utf-8',
    headings:
      'Customer = client; Site = site; Device Name = host; Device Class = deviceClass; Operating System = os',
    servers: [
      'cabinet-morel.morel-dc1 domainController physical at Paris',
      'cabinet-morel.morel-rds1 rds physical at Paris',
    ],
    leftOut: 2,
  },
  {
    file: 'n-sight.csv',
    encoding: 'utf-8',
    headings: 'Client = client; Site = site; Device = host; OS = os',
    servers: ['pharmacie-leduc.leduc-srv other physical at Siège'],
    leftOut: 1,
  },
  {
    file: 'ninjaone.csv',
    encoding: 'utf-8',
    headings:
      'Display Name = host; System Name = host; Organization = client; Location = site; Device Type = deviceClass; OS Name = os',
    servers: [
      'acme-bakery.acme-dc01 domainController physical at Head Office',
      'acme-bakery.acme-sql01 sql physical at Head Office',
      'zenith-law.zen-fs01 file physical at Lyon',
    ],
    leftOut: 2,
  },
  {
    file: 'pdq-inventory.csv',
    encoding: 'utf-8',
    headings: 'Computer Name = host; Host Name = host; O/S = os',
    servers: ['given.pine-sql01 sql physical', 'given.pine-prt01 print physical'],
    leftOut: 1,
  },
  {
    file: 'rvtools-vinfo.csv',
    encoding: 'utf-8',
    headings:
      'VM = host; DNS Name = host; Host = runsOn; OS according to the configuration file = os; OS according to the VMware Tools = os',
    servers: ['given.ash-dc01 domainController vm', 'given.ash-app01 application vm'],
    leftOut: 1,
  },
  {
    file: 'scvmm.csv',
    encoding: 'utf-8',
    headings: 'Name = host; ComputerName = host; HostName = runsOn; OperatingSystem = os',
    servers: ['given.osl-dc01 domainController vm on given.osl-hv1', 'given.osl-hv1 host hyperVHost'],
    leftOut: 0,
  },
  {
    file: 'vcenter-fr.csv',
    encoding: 'windows-1252',
    headings: "Nom de la machine virtuelle = host; Hôte = runsOn; Système d'exploitation invité = os",
    servers: ['given.boi-app01 application vm', 'given.boi-dc01 domainController vm'],
    leftOut: 1,
  },
  {
    file: 'veeam-one.csv',
    encoding: 'utf-8',
    headings: 'Virtual Machine = host; Host = runsOn; Guest OS = os; Backup Server = backupServer',
    servers: [
      'given.yew-dc01 domainController vm on given.yew-hv1',
      'given.yew-hv1 host hyperVHost',
      'given.vbr01 other physical',
    ],
    leftOut: 0,
  },
]

const line = ({ serverId, role, kind, runsOn, site }: Server): string =>
  [serverId, role, kind, ...(runsOn ? [`on ${runsOn}`] : []), ...(site ? [`at ${site}`] : [])].join(' ')

describe('An export is read as it comes, of', () => {
  test.each(tools)('$file', ({ file, encoding, headings, servers, leftOut }) => {
    const bytes = readFileSync(join(folder, file))
    const result = parseInventory(bytes, { file, defaultZone: 'Europe/Paris', client: 'Given' })
    expect(result).toMatchObject({ ok: true, encoding, errors: [] })
    const read = result.headings.filter(({ meaning }) => meaning !== undefined)
    expect(read.map(({ heading, meaning }) => `${heading} = ${meaning ?? ''}`).join('; ')).toBe(headings)
    expect(result.ok && result.inventory.servers.map(line)).toEqual(servers)
    expect(result.ok && result.rows - result.inventory.servers.length).toBeGreaterThanOrEqual(leftOut)
    const note = result.ok ? result.notes.filter(({ code }) => code === 'notServers') : []
    expect(note.map(({ params }) => params['count'])).toEqual(leftOut > 0 ? [leftOut] : [])
  })
  test('every file of the folder', () => {
    expect(tools.map(({ file }) => file)).toEqual(readdirSync(folder).sort())
  })
})
