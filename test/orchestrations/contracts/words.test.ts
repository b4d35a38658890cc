import { describe, expect, test } from 'vitest'
import { sentence, stateLabel, wordsOf, writeTime } from '../../../orchestrations/contracts/words/index.ts'
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

test('states have the words of the interface', () => {
  expect(stateLabel({ kind: 'ended', outcome: 'needsOperator', endedAt: 0 }, 'fr')).toBe('à traiter')
  expect(stateLabel({ kind: 'pending' }, 'en')).toBe('waiting')
})
