import type { MachineFacts } from '../api/machine.ts'
import type { UpdateSource } from '../scripts/server.ts'
import type { Language } from './format.ts'

interface MachineWords {
  readonly names: Readonly<
    Record<
      'updates' | 'delivery' | 'others' | 'roles' | 'sessions' | 'bitLocker' | 'replicas' | 'veeam',
      string
    >
  >
  readonly kinds: Readonly<Record<UpdateSource['kind'], string>>
  readonly automatic: Readonly<Record<UpdateSource['automatic'], string>>
  readonly delivery: (mode: string, kilobits: string | undefined, percent: number | undefined) => string
  readonly sessions: (active: number, disconnected: number) => string
  readonly none: string
}

const en: MachineWords = {
  names: {
    updates: 'Updates from',
    delivery: 'Delivery Optimization',
    others: 'May patch by itself',
    roles: 'Windows roles',
    sessions: 'Sessions',
    bitLocker: 'BitLocker',
    replicas: 'Replication',
    veeam: 'Veeam',
  },
  kinds: {
    windowsUpdate: 'Windows Update',
    microsoftUpdate: 'Microsoft Update',
    wsus: 'WSUS',
    unknown: 'a source that nobody can tell',
  },
  automatic: {
    off: 'Windows does nothing by itself',
    notify: 'Windows only notifies',
    download: 'Windows downloads by itself',
    install: 'Windows installs and restarts by itself',
    unknown: 'what Windows does by itself is unknown',
  },
  delivery: (mode, kilobits, percent) =>
    [
      mode,
      kilobits && `at most ${kilobits} kbit/s in the background`,
      percent && `at most ${percent} % of the line`,
    ]
      .filter(Boolean)
      .join(', '),
  sessions: (active, disconnected) => `${active} active, ${disconnected} disconnected`,
  none: 'nothing found',
}

/** In French none and one are singular. */
const plural = (count: number): string => (count > 1 ? 's' : '')

const fr: MachineWords = {
  names: {
    updates: 'Mises à jour de',
    delivery: 'Optimisation de la distribution',
    others: 'Peut installer de lui-même',
    roles: 'Rôles Windows',
    sessions: 'Sessions',
    bitLocker: 'BitLocker',
    replicas: 'Réplication',
    veeam: 'Veeam',
  },
  kinds: {
    windowsUpdate: 'Windows Update',
    microsoftUpdate: 'Microsoft Update',
    wsus: 'WSUS',
    unknown: 'source inconnue',
  },
  automatic: {
    off: 'Windows ne fait rien de lui-même',
    notify: 'Windows ne fait que prévenir',
    download: 'Windows télécharge de lui-même',
    install: 'Windows installe et redémarre de lui-même',
    unknown: 'ce que Windows fait de lui-même est inconnu',
  },
  delivery: (mode, kilobits, percent) =>
    [
      mode,
      kilobits && `au plus ${kilobits} kbit/s en arrière-plan`,
      percent && `au plus ${percent} % de la ligne`,
    ]
      .filter(Boolean)
      .join(', '),
  sessions: (active, disconnected) =>
    `${active} active${plural(active)}, ${disconnected} déconnectée${plural(disconnected)}`,
  none: 'rien trouvé',
}

const byLanguage: Readonly<Record<Language, MachineWords>> = { en, fr }

/** What a machine said of itself, as named lines; what it couldn't tell has none. */
export function machineLines(
  { source, otherPatchers, roles, sessions, bitLocker, replicas, veeam }: MachineFacts,
  language: Language,
): (readonly [name: string, says: string])[] {
  const words = byLanguage[language]
  const lines: [keyof MachineWords['names'], string | undefined][] = [
    ['updates', source && updatesFrom(source, words)],
    ['delivery', source?.deliveryOptimization && deliveryOf(source.deliveryOptimization, words, language)],
    ['others', otherPatchers && listOf(otherPatchers, words)],
    ['roles', roles && listOf(roles, words)],
    ['sessions', sessions && words.sessions(sessions.active, sessions.disconnected)],
    ['bitLocker', bitLocker && listOf(bitLocker, words)],
    ['replicas', replicas && listOf(replicas.map(replicaText), words)],
    ['veeam', veeam],
  ]
  return lines.flatMap(([name, says]) => (says === undefined ? [] : [[words.names[name], says] as const]))
}

const listOf = (names: readonly string[], { none }: MachineWords): string =>
  names.length === 0 ? none : names.join(', ')

/** In Hyper-V's own words. */
const replicaText = ({ vm, mode, state, health }: NonNullable<MachineFacts['replicas']>[number]): string =>
  `${vm} (${mode}, ${state}, ${health})`

function updatesFrom({ kind, server, automatic }: UpdateSource, words: MachineWords): string {
  const from = server === undefined ? words.kinds[kind] : `${words.kinds[kind]} (${server})`
  return `${from}, ${words.automatic[automatic]}`
}

function deliveryOf(
  { mode, maxKilobitsPerSecond, maxPercent }: NonNullable<UpdateSource['deliveryOptimization']>,
  words: MachineWords,
  language: Language,
): string {
  const kilobits = maxKilobitsPerSecond?.toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB')
  return words.delivery(mode, kilobits, maxPercent)
}
