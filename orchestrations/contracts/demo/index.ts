import { weekend, type Client, type Inventory, type Role, type Server } from '../../domain/fleet.ts'
import { clientIdFor, serverIdFor } from '../../domain/hostname.ts'
import { RingNumber, type ClientId, type ServerId } from '../../domain/ids.ts'
import { demoNames, type DemoName } from './names.ts'

const zone = 'Europe/Paris'

/** A server of a demo client: name without the client's part, role, the host that it runs on, its partner. */
type Blueprint = readonly [name: string, role: Role, runsOn?: string | undefined, partner?: string]

/** What small and middling firms have: one or two Hyper-V hosts with everything else on them. */
const blueprints: readonly (readonly Blueprint[])[] = [
  [
    ['HV01', 'host', undefined, 'HV02'],
    ['HV02', 'host'],
    ['DC01', 'domainController', 'HV01'],
    ['DC02', 'domainController', 'HV02'],
    ['SQL01', 'sql', 'HV01', 'SQL02'],
    ['SQL02', 'sql', 'HV02'],
    ['FS01', 'file', 'HV02'],
    ['RDS01', 'rds', 'HV01'],
    ['APP01', 'application', 'HV02'],
    ['BKP01', 'backup', 'HV02'],
  ],
  [
    ['HV01', 'host'],
    ['DC01', 'domainController', 'HV01'],
    ['DC02', 'domainController', 'HV01'],
    ['SQL01', 'sql', 'HV01'],
    ['FS01', 'file', 'HV01'],
    ['RDS01', 'rds', 'HV01'],
    ['RDS02', 'rds', 'HV01'],
    ['APP01', 'application', 'HV01'],
    ['WEB01', 'web', 'HV01'],
    ['BKP01', 'backup', 'HV01'],
  ],
  [
    ['HV01', 'host'],
    ['HV02', 'host'],
    ['DC01', 'domainController', 'HV01'],
    ['DC02', 'domainController', 'HV02'],
    ['SQL01', 'sql', 'HV01'],
    ['FS01', 'file', 'HV01', 'FS02'],
    ['FS02', 'file', 'HV02'],
    ['RDS01', 'rds', 'HV02'],
    ['PRINT01', 'print', 'HV01'],
    ['VEEAM01', 'backup', 'HV02'],
  ],
  [
    ['HV01', 'host'],
    ['DC01', 'domainController', 'HV01'],
    ['DC02', 'domainController', 'HV01'],
    ['EXCH01', 'exchange', 'HV01'],
    ['SQL01', 'sql', 'HV01'],
    ['FS01', 'file', 'HV01'],
    ['RDS01', 'rds', 'HV01'],
    ['APP01', 'application', 'HV01'],
    ['APP02', 'application', 'HV01'],
    ['VEEAM01', 'backup', 'HV01'],
  ],
]
const systems = ['Windows Server 2022', 'Windows Server 2019', 'Windows Server 2025', 'Windows Server 2016']
const people = ['Mme Durand', 'M. Lefèvre', 'Mme Moreau', 'M. Girard', 'Mme Faure', 'M. Colin', 'Mme Rey']

/**
 * 100 invented clients of 10 servers each: ring 0 the provider itself, ring 1 nine, ring 2 eighty, ring 3 ten.
 * The same at every call.
 */
export function demoInventory(): Inventory {
  const parts = demoNames.map((name, index) => demoClient(name, index))
  return { clients: parts.map(({ client }) => client), servers: parts.flatMap(({ servers }) => servers) }
}

function demoClient(
  [name, code, city, site]: DemoName,
  index: number,
): { client: Client; servers: Server[] } {
  const clientId = idOf(name)
  const blueprint = blueprints[index % blueprints.length] ?? []
  const hostOf = (short: string): string => `${code}-${site}-${short}`
  const idFor = (short: string): ServerId => serverIdFor(clientId, hostOf(short))
  const backup = blueprint.find(([, role]) => role === 'backup')?.[0]
  const partnerOf = (short: string, named: string | undefined): string | undefined =>
    named ?? blueprint.find(([, , , partner]) => partner === short)?.[0]
  const servers = blueprint.map(([short, role, runsOn, named], place): Server => {
    const partner = partnerOf(short, named)
    return {
      serverId: idFor(short),
      clientId,
      host: hostOf(short),
      site: city,
      role,
      kind: runsOn === undefined ? 'hyperVHost' : 'vm',
      ...(runsOn !== undefined && { runsOn: idFor(runsOn) }),
      ...(backup !== undefined && backup !== short && { backupServer: idFor(backup) }),
      ...(partner !== undefined && { partner: idFor(partner) }),
      os: systems[(index + (place >> 1)) % systems.length] ?? '',
    }
  })
  // Numbers that the French regulator keeps free for fiction.
  const phone = `01 99 00 ${String(10 + (index % 90))} ${String(10 + ((index * 7) % 90))}`
  const contact = `${people[index % people.length] ?? ''}, ${phone}`
  return { client: { ...clientWith(clientId, name, demoRing(index)), contact }, servers }
}

function demoRing(index: number): 0 | 1 | 2 | 3 {
  if (index === 0) return 0
  if (index < 10) return 1
  return index < 90 ? 2 : 3
}

/**
 * Any number of servers, ten a client or shared out evenly among `clients`: a Hyper-V host and its guests; a last
 * one alone is physical. In one ring, or in rings of the demo's proportions. Throws RangeError below one server
 * and below one server a client.
 */
export function generatedInventory(
  servers: number,
  options: { readonly oneRing: boolean; readonly clients?: number },
): Inventory {
  const { oneRing, clients: count = Math.ceil(servers / 10) } = options
  if (!Number.isInteger(servers) || servers < 1 || !Number.isInteger(count) || count < 1 || count > servers) {
    throw new RangeError(`generatedInventory: no ${servers} servers of ${count} clients; it takes 1 or more`)
  }
  const sizeOf = (index: number): number =>
    options.clients === undefined
      ? Math.min(10, servers - index * 10)
      : Math.floor(servers / count) + (index < servers % count ? 1 : 0)
  const parts = Array.from({ length: count }, (_, index) => {
    const ring = oneRing ? 2 : demoRing(Math.floor((index * 100) / count))
    return generatedClient(index, sizeOf(index), ring)
  })
  return { clients: parts.map(({ client }) => client), servers: parts.flatMap((part) => part.servers) }
}

function generatedClient(
  index: number,
  size: number,
  ring: 0 | 1 | 2 | 3,
): { client: Client; servers: Server[] } {
  const number = String(index + 1).padStart(4, '0')
  const name = `Client ${number}`
  const clientId = idOf(name)
  const hostName = `C${number}-LAB-HV01`
  const runsOn = serverIdFor(clientId, hostName)
  const guests = Array.from({ length: size > 1 ? size - 1 : size }, (_, guest): Server => {
    const host = `C${number}-LAB-APP${String(guest + 1).padStart(2, '0')}`
    const own = {
      serverId: serverIdFor(clientId, host),
      clientId,
      host,
      site: 'LAB',
      role: 'application',
    } as const
    return size > 1 ? { ...own, kind: 'vm', runsOn } : { ...own, kind: 'physical' }
  })
  const host: Server = {
    serverId: runsOn,
    clientId,
    host: hostName,
    site: 'LAB',
    role: 'host',
    kind: 'hyperVHost',
  }
  return { client: clientWith(clientId, name, ring), servers: size > 1 ? [host, ...guests] : guests }
}

function clientWith(clientId: ClientId, name: string, ring: 0 | 1 | 2 | 3): Client {
  return {
    clientId,
    name,
    ring: RingNumber.parse(ring),
    zone,
    windows: [...weekend],
    freezeDates: [],
    maxParallelServers: 1,
    priority: 0,
  }
}

function idOf(name: string): ClientId {
  const clientId = clientIdFor(name)
  if (clientId === undefined) throw new Error(`"${name}" is no name for a client`)
  return clientId
}
