import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../static-web/src/texts/en.ts'
import { fr } from '../../static-web/src/texts/fr.ts'
import { preferredLanguage, textsOf } from '../../static-web/src/texts/index.ts'
import { actionText, whyText } from '../../static-web/src/texts/ledger.ts'
import { sceneBoard, sceneLedger } from '../e2e/scene.ts'

const functions = join(import.meta.dirname, '../../functions')

/** Every text with its path; functions are called with arguments that show. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String((value as (...a: unknown[]) => unknown)(3, 7, 5))]]
  return Object.entries(value as object).flatMap(([key, one]) => leaves(one, `${path}.${key}`))
}
const same = new Set([
  '.act',
  '.sortKinds.client',
  '.zones.utc',
  '.pause',
  '.client',
  '.fromTo',
  '.planRange',
  '.ringCounts',
  '.agent',
  '.shown',
  '.ringActive',
  '.counted',
  '.clients',
  '.pages.plan',
  '.meanings.client',
  '.meanings.clientName',
  '.meanings.site',
  '.meanings.contact',
  '.exportLists.orchestration',
  '.exportLists.globalstatus',
  '.exportLists.clientconfig',
])

describe('texts', () => {
  it('exist in both languages, down to the last one', () => {
    const names = (all: [string, string][]) => all.map(([path]) => path)
    expect(names(leaves(fr))).toEqual(names(leaves(en)))
    expect([...leaves(fr), ...leaves(en)].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('are translated, not copied', () => {
    const english = new Map(leaves(en))
    const copied = leaves(fr).filter(([path, text]) => text === english.get(path) && !same.has(path))
    expect(copied).toEqual([])
  })

  it('agree in number in French, where the word can', () => {
    const said = (['ignoré', 'inconnu', 'échec', 'à traiter', 'en cours', 'sans agent'] as const).map(
      (word) => [1, 2].map((count) => fr.counted(count, word)),
    )
    expect(said).toEqual([
      ['1 ignoré', '2 ignorés'],
      ['1 inconnu', '2 inconnus'],
      ['1 échec', '2 échecs'],
      ['1 à traiter', '2 à traiter'],
      ['1 en cours', '2 en cours'],
      ['1 sans agent', '2 sans agent'],
    ])
  })

  it('follow the browser', () => {
    expect(preferredLanguage(['de-DE', 'fr-CA', 'en'])).toBe('fr')
    expect(preferredLanguage(['ja'])).toBe('en')
  })

  it('have words for everything that is written down of a client', () => {
    const ofClients = /^(?:agent|cleanup|checkpoint|client|enrolment|epoch|host|lock|server|waiver|write)\./
    const written = readdirSync(functions, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => readFileSync(join(functions, file), 'utf8').match(/(?<=action: ')[^']+/g) ?? [])
      .filter((action) => ofClients.test(action))
    expect(written.length).toBeGreaterThan(20)
    const isOutcome = (action: string) => (action.split('.')[1] ?? '') in textsOf.en.states
    expect(written.filter((action) => !isOutcome(action) && !(action in en.ledgerActions))).toEqual([])
  })

  it('say a reason of the ledger as a sentence, and an operator’s own words as they are', () => {
    const [row] = sceneBoard(1, 3).clients
    const line = row && sceneLedger(row)[0]
    const said = (reason: string) => line && whyText({ ...line, detail: { reason } }, textsOf.fr)
    expect(said('nothingToInstall')).toBe('Rien à installer : il était à jour')
    expect(said('disk freed')).toBe('disk freed')
  })

  it('tell the ledger without ids', () => {
    const [row] = sceneBoard(1, 3).clients
    const lines = row ? sceneLedger(row) : []
    expect(lines.map((line) => actionText(line, 'en'))).toEqual([
      'FS01 checkpoint sent',
      'FS01 checkpoint accepted',
      'FS01 checkpoint done',
    ])
    expect(lines.map((line) => actionText(line, 'fr'))[2]).toBe('FS01 point de contrôle terminé')
    const [line] = lines
    const several = line && { ...line, action: 'server.skipped', object: 'roux.nr-app01 roux.nr-dc01' }
    expect(several && actionText(several, 'en')).toBe('NR-APP01, NR-DC01 skipped')
  })
})
