import { foldAccents } from '../../domain/hostname.ts'
import type { ServerKind } from '../../domain/fleet.ts'
import { plain } from './columns.ts'

/** What other tools say of a machine, as far as ATLAS goes: it updates Windows servers. */
export type MachineClass = 'server' | 'other'

const kindWords: Readonly<Record<ServerKind, readonly string[]>> = {
  hyperVHost: [
    'hypervhost',
    'host',
    'hote',
    'hyperv',
    'hyperviseur',
    'hypervisor',
    'hotehyperv',
    'hypervvmmhost',
  ],
  vm: [
    'vm',
    'virtual',
    'virtualmachine',
    'virtualserver',
    'virtuel',
    'virtuelle',
    'machinevirtuelle',
    'serveurvirtuel',
    'guest',
    'hypervvmmguest',
  ],
  physical: ['physical', 'physique', 'baremetal', 'physicalserver', 'serveurphysique', 'physicalmachine'],
}
const kindByWord = new Map(
  Object.entries(kindWords).flatMap(([kind, words]) =>
    words.map((word) => [word, kind as ServerKind] as const),
  ),
)

export function kindOfWord(text: string): ServerKind | undefined {
  return kindByWord.get(plain(text))
}

const otherSystems =
  /linux|ubuntu|debian|centos|red ?hat|rhel|suse|sles|fedora|rocky|alma|oracle|photon|bsd|pfsense|opnsense|mac ?os|os ?x|darwin|esxi?\b|vmware|vmkernel|xenserver|proxmox|chrome ?os|android|\bios\b|ipados|synology|qnap|\bdsm\b|solaris|aix\b/
const otherMachines =
  /workstation|desktop|laptop|notebook|portable|station de travail|\bpostes?\b|tablet|phone|\bmobile\b|printer|imprimante|switch|router|routeur|firewall|pare feu|access point|\bmac\b|network device|\bnas\b|camera/
const serverWords = /\bservers?\b|\bserveurs?\b|\bsrv\b/

/** By a device class or type: undefined when the word says nothing of it. */
export function classOfWord(text: string): MachineClass | undefined {
  const words = fold(text)
  if (otherSystems.test(words) || otherMachines.test(words)) return 'other'
  return serverWords.test(words) ? 'server' : undefined
}

/** By its operating system: other when it certainly is no Windows Server, undefined when the text doesn't tell. */
export function classOfSystem(text: string): MachineClass | undefined {
  const words = fold(text)
  if (/\bwin(?:dows|\b|\d)/.test(words)) {
    if (/serve|hyper v|small business|\bsbs\b|srv|\b(?:20(?:08|12|16|19|22|25))\b/.test(words))
      return 'server'
    return /\b(?:xp|vista|7|8|8 1|10|11)\b|win(?:dows)?(?:xp|7|8|9|10|11)/.test(words) ? 'other' : undefined
  }
  return otherSystems.test(words) ? 'other' : undefined
}

/** Whether a cell of a column "type" says something of a server's kind or class. */
export function knowsKind(text: string): boolean {
  return kindOfWord(text) !== undefined || classOfWord(text) !== undefined
}

const fold = (text: string): string =>
  foldAccents(text)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
