import { describe, expect, test } from 'vitest'
import {
  importNote,
  inventoryFault,
  sentence,
  stateLabel,
  wordsOf,
  writeTime,
} from '../../../orchestrations/contracts/words/index.ts'
import { importNoteCodes, inventoryFaultCodes } from '../../../orchestrations/contracts/api.ts'
import { reason, reasonCodes } from '../../../orchestrations/domain/reasons.ts'

const at = Date.parse('2026-11-07T21:00Z')
const paris = { zone: 'Europe/Paris', now: at - 3_600_000 }

test('a sentence says what, until when and of whom, in both languages', () => {
  const why = reason('windowClosed', { untilAt: at, client: 'Clinique St-Jean' })
  expect(sentence(why, 'en', paris)).toBe('Waits until Sat 22:00 (window of Clinique St-Jean)')
  expect(sentence(why, 'fr', paris)).toBe("Attend jusqu'à sam. 22:00 (fenêtre de Clinique St-Jean)")
})

test('times are in the zone asked for, with date and zone where wanted', () => {
  expect(writeTime(at, 'en', { zone: 'Indian/Reunion' })).toBe('Sun 8 Nov 01:00')
  expect(writeTime(at, 'fr', { zone: 'Europe/Paris' })).toBe('sam. 7 nov. 22:00')
  expect(writeTime(at, 'en', { ...paris, showZone: true })).toMatch(/^Sat 22:00 (CET|GMT\+1)$/)
})

test('parameters that are missing leave a whole sentence', () => {
  expect(sentence(reason('windowClosed'), 'en', paris)).toBe('Waits')
  expect(
    sentence(reason('diskTooFull', { freeBytes: 2 ** 30, neededBytes: 10 * 2 ** 30 }), 'en', paris),
  ).toBe('Refused: too little free disk space (1 GiB of 10 GiB)')
})

test('numbers and shares follow the language, steps and roles are translated', () => {
  const low = reason('successRateTooLow', {
    rateShare: 0.925,
    neededShare: 0.95,
    succeeded: 1850,
    counted: 2000,
  })
  expect(sentence(low, 'en', paris)).toBe('Waits: success rate 92.5% too low, 95% is needed (1,850 of 2,000)')
  expect(sentence(low, 'fr', paris).replaceAll(/\s/g, ' ')).toContain('92,5 %')
  expect(sentence(reason('commandFailed', { step: 'reboot' }), 'fr', paris)).toBe(
    "Échec à l'étape redémarrage",
  )
  expect(sentence(reason('rollbackNotAllowed', { role: 'domainController' }), 'en', paris)).toContain(
    'domain controller',
  )
})

test('a cause is in the reader’s language to its last word: results, reasons within reasons, steps left', () => {
  const aborted = reason('commandFailed', { step: 'install', message: 'KB5 rollup', result: 'aborted' })
  expect(sentence(aborted, 'fr', paris)).toBe("Échec à l'étape installation : KB5 rollup (abandonnée)")
  const stuck = { step: 'install', because: 'noAnswer', pending: 'checkpoint, install' }
  expect(sentence(reason('rollbackFailed', stuck), 'fr', paris)).toBe(
    "À traiter : la restauration a échoué à l'étape installation : pas de réponse de son agent. Laissé en l'état : point de contrôle, installation",
  )
  const sick = { step: 'install', because: 'unhealthyAfterRollback', problems: 'W3SVC' }
  expect(sentence(reason('rollbackFailed', sick), 'fr', paris)).toBe(
    "À traiter : la restauration a échoué à l'étape installation : toujours en mauvaise santé après la restauration : W3SVC",
  )
  const kept = { step: 'install', because: 'notRemovable', kb: 'KB5' }
  expect(sentence(reason('rollbackFailed', kept), 'en', paris)).toBe(
    'Needs an operator: rolling back failed at install: the update KB5 cannot be removed from this server',
  )
  const said = { ...kept, why: 'Element ist permanent' }
  expect(sentence(reason('rollbackFailed', said), 'fr', paris)).toBe(
    "À traiter : la restauration a échoué à l'étape installation : la mise à jour KB5 ne peut pas être retirée de ce serveur : « Element ist permanent »",
  )
  const broken = { because: 'notRemovable', kb: 'KB5', cause: 'verifyFailed', found: 'W3SVC' }
  expect(sentence(reason('rollbackFailed', broken), 'fr', paris)).toBe(
    'À traiter : la restauration a échoué : la mise à jour KB5 ne peut pas être retirée de ce serveur. Auparavant : en mauvaise santé après la mise à jour : W3SVC',
  )
  const offered = reason('verifyFailed', { problems: '', stillOffered: 'KB5' })
  expect(sentence(offered, 'fr', paris)).toBe(
    'En mauvaise santé après la mise à jour ; toujours proposées : KB5',
  )
})

describe.each(['en', 'fr'] as const)('every reason in %s', (language) => {
  test.each(reasonCodes)('%s is a whole sentence with all of its parameters and with none', (code) => {
    const template = wordsOf(language).reasons[code]
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    const params = Object.fromEntries(
      names.map((name) => [name, /At$|Bytes$|Share$/.test(name) ? at : `<${name}>`]),
    )
    const full = sentence(reason(code, params), language, paris)
    for (const name of names.filter((one) => typeof params[one] === 'string'))
      expect(full).toContain(`<${name}>`)
    for (const text of [full, sentence(reason(code), language, paris)]) {
      expect(text).not.toMatch(/[[\]{}?]| {2}|undefined|NaN|^\s|\s$/)
      expect(text.length).toBeGreaterThan(4)
    }
  })
  test('has the same parameters in both languages', () => {
    const namesIn = (text: string) =>
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted((a, b) => a.localeCompare(b))
    for (const code of reasonCodes) {
      expect([code, namesIn(wordsOf(language).reasons[code])]).toEqual([
        code,
        namesIn(wordsOf('en').reasons[code]),
      ])
    }
  })
})

test('what an import notes is said of one and of several, in both languages', () => {
  const left = (count: number) => ({ code: 'columnsUnread' as const, params: { count } })
  expect(importNote(left(1), 'en')).toBe('1 column was not read')
  expect(importNote(left(2), 'en')).toBe('2 columns were not read')
  expect(importNote(left(1), 'fr')).toBe("1 colonne n'a pas été lue")
  expect(importNote(left(12_000), 'fr').replaceAll(/\s/g, ' ')).toBe("12 000 colonnes n'ont pas été lues")
  const domains = { code: 'domainsTakenOff' as const, params: { domains: 'corp.local (2)' } }
  expect(importNote(domains, 'fr')).toBe("domaine retiré des noms d'hôte : corp.local (2)")
})

test.each(importNoteCodes)('note %s names the same in both languages, of one and of several', (code) => {
  const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).join(' ')
  const told = (['en', 'fr'] as const).flatMap((language) => wordsOf(language).importNotes[code])
  expect(new Set(told.map(namesIn)).size).toBe(1)
})

test('what an import refuses is said with what to do about it, in both languages', () => {
  const fault = {
    code: 'clientRowsDisagree' as const,
    params: { text: '1', client: 'ACME', otherLine: 12_000 },
  }
  expect(inventoryFault(fault, 'en')).toEqual({
    what: '"1" is not what line 12000 says for "ACME".',
    fix: 'Give both lines the same value, or leave one blank.',
  })
  expect(inventoryFault(fault, 'fr')).toEqual({
    what: "« 1 » n'est pas ce que dit la ligne 12000 pour « ACME ».",
    fix: 'Mettez la même valeur sur les deux lignes, ou videz une des deux cellules.',
  })
  expect(inventoryFault({ code: 'missingHostColumn', params: {} }, 'fr').what).toBe(
    "Aucune colonne ne contient les noms d'hôte.",
  )
})

test.each(inventoryFaultCodes)('refusal %s is two sentences that name the same in both languages', (code) => {
  const namesIn = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))
  const [en, fr] = [wordsOf('en').inventoryFaults[code], wordsOf('fr').inventoryFaults[code]]
  for (const sentences of [en, fr]) for (const text of sentences) expect(text).toMatch(/^\S.{8,}\.$/)
  expect(namesIn(fr.join(' '))).toEqual(namesIn(en.join(' ')))
  expect(fr[0]).not.toBe(en[0])
  expect(fr[1]).not.toBe(en[1])
})

test('states have the words of the interface', () => {
  expect(stateLabel({ kind: 'ended', outcome: 'needsOperator', endedAt: 0 }, 'fr')).toBe('à traiter')
  expect(stateLabel({ kind: 'pending' }, 'en')).toBe('waiting')
})
