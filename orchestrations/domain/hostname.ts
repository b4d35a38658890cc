import { ClientId, ServerId } from './ids.ts'
import type { Role } from './fleet.ts'

export interface HostParts {
  /** In upper case, as these names are written. */
  readonly client: string
  readonly site: string
  readonly role: Role
  readonly number: number
}

/** The words that stand for a role in host names and in an inventory's role column, English and French. */
export const roleWords: Readonly<Record<Role, readonly string[]>> = {
  rds: ['RDS', 'TS', 'TSE', 'RDSH', 'RDP', 'TERMINAL'],
  application: ['APP', 'APPLICATION', 'ERP', 'CRM', 'GED', 'SAGE', 'PAIE', 'METIER'],
  web: ['WEB', 'IIS', 'WWW'],
  file: ['FS', 'FILE', 'FILES', 'FIC', 'FICHIER', 'FICHIERS', 'NAS'],
  print: ['PRINT', 'PRT', 'IMP', 'IMPRESSION'],
  exchange: ['EXCH', 'EXCHANGE', 'MAIL', 'EXC', 'MESSAGERIE'],
  sql: ['SQL', 'DB', 'BDD', 'DATABASE'],
  domainController: ['DC', 'AD', 'ADDS', 'CD', 'DOMAINCONTROLLER', 'CONTROLEURDEDOMAINE'],
  backup: ['BKP', 'BACKUP', 'VEEAM', 'BCK', 'SAUV', 'SAUVEGARDE'],
  host: ['HV', 'HYPERV', 'HOST', 'HYP', 'VIRT', 'HOTE'],
  other: ['SRV', 'OTHER', 'AUTRE', 'MISC', 'UTIL'],
}

const roleByWord = new Map(
  Object.entries(roleWords).flatMap(([role, words]) => words.map((word) => [word, role as Role] as const)),
)

/** The role that a word stands for; case, accents, spaces and signs don't matter. */
export function roleOf(word: string): Role | undefined {
  return roleByWord.get(
    foldAccents(word)
      .toUpperCase()
      .replaceAll(/[^A-Z]/g, ''),
  )
}

/**
 * Reads `CLIENT-SITE-ROLE-XX`, also with role and number joined (`LAA-PARIS-DC01`) and fully qualified. The
 * client may itself contain hyphens. undefined for every other name.
 */
export function parseHostname(host: string): HostParts | undefined {
  const label = (host.split('.')[0] ?? '').toUpperCase()
  const found = /^([A-Z0-9]+(?:-[A-Z0-9]+)*)-([A-Z0-9]+)-([A-Z]+)-?(\d{1,4})$/.exec(label)
  if (!found) return undefined
  const [, client = '', site = '', word = '', number = ''] = found
  const role = roleOf(word)
  return role === undefined ? undefined : { client, site, role, number: Number(number) }
}

/** The role that a part of any host name stands for (`SRV-SQL01`, `DC2`), most telling part first. */
export function roleInName(host: string): Role | undefined {
  const words = (host.split('.')[0] ?? '').split(/[-_\d]+/).filter((word) => word !== '')
  const found = words.flatMap((word) => roleOf(word) ?? [])
  return found.find((role) => role !== 'other') ?? found[0]
}

/** A client's id: its name's slug. Different names may share one: whoever imports refuses that. */
export function clientIdFor(name: string): ClientId | undefined {
  const slug = foldAccents(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 62)
    .replaceAll(/^-+|-+$/g, '')
  const parsed = ClientId.safeParse(slug)
  return parsed.success ? parsed.data : undefined
}

/** Throws a ZodError when the host name has characters that no Windows host name has: see isHostName. */
export function serverIdFor(clientId: ClientId, host: string): ServerId {
  return ServerId.parse(`${clientId}.${host.toLowerCase()}`)
}

export function isHostName(host: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/.test(host)
}

/** Without accents and ligatures: `Ançay` → `Ancay`, `Cœur` → `Coeur`. */
export function foldAccents(text: string): string {
  // Nearly every text is plain, and inventories have millions of cells.
  if (!/[^\0-\x7F]/.test(text)) return text
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'OE')
    .replaceAll('æ', 'ae')
    .replaceAll('Æ', 'AE')
    .replaceAll('ß', 'ss')
}
