import { describe, expect, test } from 'vitest'
import { Problem, problemCodes, type ProblemCode } from '../../../orchestrations/contracts/api.ts'
import { pathPartsEn, problemsEn } from '../../../orchestrations/contracts/words/problems/en.ts'
import { pathPartsFr, problemsFr } from '../../../orchestrations/contracts/words/problems/fr.ts'
import {
  problemText,
  type AnyParams,
  type ProblemText,
} from '../../../orchestrations/contracts/words/problems/index.ts'
import { wordsOf } from '../../../orchestrations/contracts/words/index.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { Refusal } from '../../../functions/http/respond.ts'

const texts: Readonly<Record<'en' | 'fr', Readonly<Record<ProblemCode, ProblemText>>>> = {
  en: problemsEn,
  fr: problemsFr,
}
const sentencesOf = ({ title, detail, fix }: ProblemText): string[] =>
  [title, detail, fix].filter((text) => text !== undefined)
const namesIn = (text: ProblemText): string[] => {
  const all = sentencesOf(text).flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))
  return [...new Set(all)].sort()
}

const quarantine = reason('keyUsedTwice', { message: 'boot <7>' })
/** What each kind of parameter is given, and how it must read. */
const translated = {
  campaignState: ['carryingOver', wordsOf('en').campaigns.carryingOver, wordsOf('fr').campaigns.carryingOver],
  cell: ['needsOperator', wordsOf('en').states.needsOperator, wordsOf('fr').states.needsOperator],
  part: ['kb', pathPartsEn.kb, pathPartsFr.kb],
  reason: [
    quarantine,
    'Two machines seem to use the key of this server: boot <7>. One is a clone',
    'Deux machines semblent utiliser la clé de ce serveur : boot <7>.',
  ],
  has: [['operator', 'observer'], 'operator, observer', 'opérateur, observateur'],
  takes: [['approver'], 'approver', 'approbateur'],
  lacking: [{ en: 'Tried by no lab', fr: 'Jamais essayé' }, 'Tried by no lab', 'Jamais essayé'],
  faults: [
    { en: 'reason: too small', fr: 'reason : trop petit' },
    'reason: too small',
    'reason : trop petit',
  ],
} as const
const given = (name: string): unknown =>
  name in translated ? translated[name as keyof typeof translated][0] : `<${name}>`
const reads = (name: string, language: 'en' | 'fr'): string =>
  name in translated ? translated[name as keyof typeof translated][language === 'en' ? 1 : 2] : `<${name}>`

describe.each(['en', 'fr'] as const)('a refusal in %s', (language) => {
  test.each(problemCodes)('%s says each of its parameters, in whole sentences', (code) => {
    const text = texts[language][code]
    const names = namesIn(text)
    const params: AnyParams = Object.fromEntries(names.map((name) => [name, given(name)]))
    const told = sentencesOf(problemText(code, params, language))
    const all = told.join('\n')
    for (const name of names) expect(all).toContain(reads(name, language))
    expect(all).not.toMatch(/[[\]{}]|undefined|\[object|NaN/)
    for (const one of told) expect(one).toMatch(/^\S.*\S$/)
    expect(told).toHaveLength(sentencesOf(text).length)
    expect(text.fix ?? 'None.').toMatch(/\.$/)
    expect(text.title).not.toMatch(/[.!]$/)
  })
})

test.each(problemCodes)(
  '%s has the same parts with the same parameters in both languages, translated',
  (code) => {
    const { en, fr } = texts
    expect(Object.keys(fr[code]).sort()).toEqual(Object.keys(en[code]).sort())
    expect(namesIn(fr[code])).toEqual(namesIn(en[code]))
    const english = new Set(sentencesOf(en[code]).filter((text) => !/^\{\w+\}$/.test(text)))
    expect(sentencesOf(fr[code]).filter((text) => english.has(text))).toEqual([])
    const apostrophes = sentencesOf(fr[code]).filter((text) => /'/.test(text))
    expect(apostrophes).toEqual([])
  },
)

test('what a route names in its advice is the same in both languages, so that the command line finds its verb', () => {
  const routesIn = ({ fix = '' }: ProblemText) => fix.match(/(?:GET|POST) \S+[^\s.]/g)
  for (const code of problemCodes) expect(routesIn(texts.fr[code])).toEqual(routesIn(texts.en[code]))
})

test('an optional part without its parameter is left out', () => {
  const tags = { etag: '"2"', named: '"1"' }
  expect(problemText('clientChanged', { ...tags, changes: '' }, 'en').detail).toBe(
    'Its tag is "2" now, not "1".',
  )
  expect(problemText('clientChanged', { ...tags, changes: 'anna: x' }, 'fr').detail).toBe(
    'Depuis : anna: x. L’étiquette est maintenant "2", et non "1".',
  )
})

describe('a refusal as a document', () => {
  const refusal = new Refusal('serverQuarantined', { serverId: 'acme.dc01', reason: quarantine })

  test('has code and parameters for programs, the same in both languages, and sentences for people', () => {
    const [en, fr] = [refusal.in('en'), refusal.in('fr')]
    const forPrograms = {
      type: '/problems/conflict',
      status: 409,
      code: 'serverQuarantined',
      params: { serverId: 'acme.dc01', reason: quarantine },
    }
    expect(en).toMatchObject({ ...forPrograms, title: 'Server acme.dc01 is in quarantine' })
    expect(fr).toMatchObject({ ...forPrograms, title: 'Le serveur acme.dc01 est en quarantaine' })
    expect(Problem.parse(fr)).toEqual(fr)
    expect(refusal.message).toBe(en.title)
  })

  test('is still read by whoever doesn’t know its code yet', () => {
    const newer = { ...refusal.in('en'), code: 'madeUpTomorrow' }
    expect(Problem.parse(newer)).toMatchObject({ title: 'Server acme.dc01 is in quarantine' })
    expect(Problem.parse(newer).code).toBeUndefined()
  })
})

test('the compiler refuses a refusal without its parameters, with others, and of no code', () => {
  const wrong = [
    // @ts-expect-error: which client?
    () => new Refusal('noSuchClient', {}),
    // @ts-expect-error: which client?
    () => new Refusal('noSuchClient'),
    // @ts-expect-error: no sentence says this
    () => new Refusal('noSuchClient', { clientId: 'a', serverId: 'b' }),
    // @ts-expect-error: there is no such state of a campaign
    () => new Refusal('campaignNotPausable', { campaignState: 'asleep' }),
    // @ts-expect-error: there is no such refusal
    () => new Refusal('notInTheMood'),
  ]
  expect(wrong).toHaveLength(5)
  expect(new Refusal('stopIsRaised').status).toBe(409)
})
