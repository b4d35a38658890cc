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
    aliases: ['client name', 'customer', 'nom du client', 'societe'],
    meaning: "The client's name. Without it, what the host name says: CLIENT-SITE-ROLE-XX.",
  },
  {
    key: 'site',
    ...server,
    english: 'site',
    french: 'site',
    aliases: ['location', 'lieu', 'agence', 'ville'],
    meaning: 'Where it stands. Without it, what the host name says.',
  },
  {
    key: 'host',
    ...server,
    required: true,
    english: 'server',
    french: 'serveur',
    aliases: [
      'host name',
      'server name',
      'nom',
      'name',
      "nom d'hote",
      'nom du serveur',
      'machine',
      'computer',
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
    aliases: ['host', 'hote', 'hypervisor', 'hyper-v host', 'hote hyper-v', 'tourne sur', 'execute sur'],
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
    aliases: ['operating system', 'systeme'],
    meaning: 'Operating system, as text.',
  },
] as const satisfies readonly InventoryColumn[]

export type ColumnKey = (typeof inventoryColumns)[number]['key']

const byHeading = new Map<string, ColumnKey>(
  inventoryColumns.flatMap((column) =>
    [column.key, column.english, column.french, ...column.aliases].map(
      (heading) => [plain(heading), column.key] as const,
    ),
  ),
)
// "host" is the name of a key and what many files call the hypervisor: headings.ts decides by the others.
byHeading.set('host', 'runsOn')

/** The column that a heading means; case, accents, spaces and signs don't matter. */
export function columnOf(heading: string): ColumnKey | undefined {
  return byHeading.get(plain(heading))
}

export function plain(heading: string): string {
  return foldAccents(heading)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}
