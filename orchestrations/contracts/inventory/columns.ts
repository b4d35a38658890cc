import { foldAccents } from '../../domain/hostname.ts'

export interface InventoryColumn {
  readonly key: string
  /** Headings that are written and documented. */
  readonly english: string
  readonly french: string
  /** Further headings that are understood. Case, accents, spaces and signs never matter. */
  readonly aliases: readonly string[]
  readonly required: boolean
  /** Whether it says something of the client: then its rows may not disagree. */
  readonly ofClient: boolean
  readonly meaning: string
}

const server = { required: false, ofClient: false } as const
const client = { required: false, ofClient: true } as const

/** Every column of an inventory file: the documentation of its headings. */
export const inventoryColumns = [
  {
    key: 'client',
    ...server,
    english: 'client',
    french: 'client',
    aliases: [
      'client name',
      'customer',
      'customer name',
      'organization',
      'organization name',
      'organisation',
      "nom de l'organisation",
      'company',
      'company name',
      'tenant',
      'tenant name',
      'managed organization',
      'account',
      'nom du client',
      'société',
      'nom de la société',
      'entreprise',
      'entity',
      'entité',
    ],
    meaning: "The client's name. Without it, what the host name says: CLIENT-SITE-ROLE-XX.",
  },
  {
    key: 'site',
    ...server,
    english: 'site',
    french: 'site',
    aliases: [
      'site name',
      'nom du site',
      'location',
      'locations',
      'location name',
      'remote office',
      'branch office',
      'office',
      'ip location',
      'lieu',
      'emplacement',
      'localisation',
      'agence',
      'ville',
      'city',
    ],
    meaning: 'Where it stands. Without it, what the host name says.',
  },
  {
    key: 'host',
    ...server,
    required: true,
    english: 'server',
    french: 'serveur',
    aliases: [
      'server name',
      'nom du serveur',
      'dns host name',
      'dns name',
      'nom dns',
      'fqdn',
      'fully qualified domain name',
      'guest host name',
      'host name',
      "nom d'hôte",
      'device hostname',
      'computer name',
      "nom de l'ordinateur",
      'nom ordinateur',
      'machine name',
      'nom de la machine',
      'system name',
      'nom du système',
      'netbios name',
      'nom netbios',
      'device name',
      "nom de l'appareil",
      'nom du poste',
      'endpoint name',
      'endpoint',
      'agent name',
      'asset name',
      "nom de l'actif",
      'name',
      'nom',
      'computer',
      'ordinateur',
      'machine',
      'device',
      'appareil',
      'node',
      'vm name',
      'nom de la vm',
      'virtual machine',
      'machine virtuelle',
      'nom de la machine virtuelle',
      'vm',
      'machine id',
      'sam account name',
      'friendly name',
      'display name',
      "nom d'affichage",
    ],
    meaning: 'The host name, plain or fully qualified. "host" alone means this column where no other does.',
  },
  {
    key: 'role',
    ...server,
    english: 'role',
    french: 'rôle',
    aliases: ['fonction', 'function'],
    meaning:
      'DC, SQL, RDS, FILE, APP, WEB, EXCHANGE, PRINT, BACKUP, HYPERV, OTHER, ... Without it, from the name.',
  },
  {
    key: 'kind',
    ...server,
    english: 'kind',
    french: 'type',
    aliases: ['nature', 'genre', 'server type', 'type de serveur'],
    meaning:
      'hyperVHost, vm or physical. Without it: a host when others run on it or its role says so, a VM when it runs on one, else physical.',
  },
  {
    key: 'runsOn',
    ...server,
    english: 'runs on',
    french: 'hyperviseur',
    aliases: [
      'hypervisor',
      'hyper-v host',
      'hôte hyper-v',
      'vm host',
      'virtual machine host',
      'virtualization host',
      'hôte de virtualisation',
      'parent host',
      'hôte parent',
      'host server',
      'serveur hôte',
      'physical host',
      'hôte physique',
      'esx host',
      'esxi host',
      'host',
      'hôte',
      'tourne sur',
      'exécuté sur',
    ],
    meaning: 'Host name of the Hyper-V host that it runs on.',
  },
  {
    key: 'backupServer',
    ...server,
    english: 'backup server',
    french: 'serveur de sauvegarde',
    aliases: ['backup', 'sauvegarde', 'veeam'],
    meaning: 'Host name of the server that knows its restore points. Without it, its own backup is asked.',
  },
  {
    key: 'partner',
    ...server,
    english: 'partner',
    french: 'partenaire',
    aliases: ['replica partner', 'replica', 'replique', 'partenaire de replica'],
    meaning: 'Host name of its replica partner; naming it on one side is enough.',
  },
  {
    key: 'order',
    ...server,
    english: 'order',
    french: 'ordre',
    aliases: ['rank', 'rang', 'position'],
    meaning: "Place in the client's order, from 1. Without it, by role and name.",
  },
  {
    key: 'probes',
    ...server,
    english: 'probes',
    french: 'sondes',
    // No more: in exports of other tools a probe is a machine that watches.
    aliases: ['health probes', 'sondes de santé'],
    meaning:
      'What must answer after its update, seen from itself: tcp:1433, tcp:sql01:1433, https://intranet/health, service:MSSQLSERVER, joined by | or ;.',
  },
  {
    key: 'ring',
    ...client,
    english: 'ring',
    french: 'anneau',
    aliases: ['cercle', 'vague'],
    meaning: '0 internal, 1 pilot, 2 standard (without it), 3 critical; numbers or names.',
  },
  {
    key: 'zone',
    ...client,
    english: 'time zone',
    french: 'fuseau',
    aliases: ['zone', 'timezone', 'tz', 'fuseau horaire'],
    meaning: 'IANA time zone, for example Europe/Paris (without it).',
  },
  {
    key: 'window',
    ...client,
    english: 'window',
    french: 'fenêtre',
    aliases: ['windows', 'maintenance window', 'fenetres', 'fenetre de maintenance'],
    meaning:
      'weekend (without it), or days, start and length: "SA,SU 00:00 24h", "FRI 22:00 6h", joined by |.',
  },
  {
    key: 'freeze',
    ...client,
    english: 'freeze',
    french: 'gel',
    aliases: ['freeze dates', 'dates de gel', 'gels'],
    meaning: 'Dates on which nothing starts: 2026-12-24 or 24/12/2026, ranges with "..", joined by |.',
  },
  {
    key: 'maxParallel',
    ...client,
    english: 'max parallel',
    french: 'parallèle max',
    aliases: [
      'max parallel servers',
      'parallel',
      'parallele',
      'serveurs en parallele',
      'maximum en parallele',
    ],
    meaning: 'How many of its servers may be under way at once: 1 (without it) to 20.',
  },
  {
    key: 'priority',
    ...client,
    english: 'priority',
    french: 'priorité',
    aliases: ['prio'],
    meaning: '0 (without it) to 1000; higher comes first in its ring.',
  },
  {
    key: 'contact',
    ...client,
    english: 'contact',
    french: 'contact',
    aliases: ['email', 'e-mail', 'courriel', 'mail'],
    meaning: 'Whom to call at the client.',
  },
  {
    key: 'os',
    ...server,
    english: 'os',
    french: "système d'exploitation",
    aliases: [
      'operating system',
      'os name',
      'operating system name',
      'operating system - name',
      "système d'exploitation - nom",
      "nom du système d'exploitation",
      'os full name',
      'os caption',
      'os according to the vmware tools',
      'guest os',
      'guest operating system',
      'os invité',
      "système d'exploitation invité",
      'os according to the configuration file',
      'o/s',
      'système',
      'os type',
      "type d'os",
      "type de système d'exploitation",
    ],
    meaning: 'Operating system, as text.',
  },
  {
    key: 'deviceClass',
    ...server,
    english: 'device class',
    french: "classe d'appareil",
    aliases: [
      'device type',
      "type d'appareil",
      'machine type',
      'type de machine',
      'asset type',
      "type d'actif",
      'node class',
      'agent type',
      'computer type',
      "type d'ordinateur",
      'device role',
      'chassis type',
    ],
    meaning: 'Server or workstation: what is no Windows server is left out and counted.',
  },
] as const satisfies readonly InventoryColumn[]

export type ColumnKey = (typeof inventoryColumns)[number]['key']

/** What a heading may mean: the lower its rank, the better it is as that column. 0: one of ATLAS's own. */
export interface Candidate {
  readonly key: ColumnKey
  readonly rank: number
}

const byHeading = new Map<string, Candidate>(
  inventoryColumns.flatMap((column) => {
    const known = column.aliases.map((heading, index) => [heading, index + 1] as const)
    const own = [column.key, column.english, column.french].map((heading) => [heading, 0] as const)
    return [...known, ...own].map(([heading, rank]) => [plain(heading), { key: column.key, rank }] as const)
  }),
)
// "host" is the name of a key and what many files call the hypervisor: headings.ts decides by the others.
const hostAlone = inventoryColumns
  .find(({ key }) => key === 'runsOn')
  ?.aliases.findIndex((alias) => alias === 'host')
byHeading.set('host', { key: 'runsOn', rank: (hostAlone ?? 0) + 1 })

/** The column that a heading means by itself; case, accents, spaces and signs don't matter. */
export function candidateOf(heading: string): Candidate | undefined {
  return byHeading.get(plain(heading))
}

export function plain(heading: string): string {
  return foldAccents(heading)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}
