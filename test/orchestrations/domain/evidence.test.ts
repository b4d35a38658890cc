import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideEvidence,
  evidencePolicy,
  releaseOf,
  type BuildWaiver,
  type Evidence,
  type Verdict,
} from '../../../orchestrations/domain/evidence.ts'

const now = Date.UTC(2026, 0, 10)
const day = 24 * 3_600_000
const scripts = {
  'powershell/Atlas.psm1': 'a1',
  'powershell/HyperV.psm1': 'h1',
  'tasks/checkpoint/checkpoint.ps1': 'c1',
  'tasks/install/install.ps1': 'i1',
}
const seen = (verdict: Verdict, over: Partial<Evidence> = {}, kind = 'checkpoint'): Evidence => ({
  build: '10.0.20348.2849',
  endedAt: now - day,
  asSystem: true,
  scripts,
  contracts: [{ id: `${kind}.production`, kind, verdict }],
  ...over,
})
const wanted = [{ build: '10.0.20348.3091', kinds: ['checkpoint'] }]
const waiver: BuildWaiver = {
  build: '10.0.20348',
  kinds: 'all',
  by: 'head of operations',
  reason: 'no lab host of this build',
  until: now + day,
}
const decide = (evidences: readonly Evidence[], waivers: readonly BuildWaiver[] = [], want = wanted) =>
  decideEvidence(want, { evidences, waivers, scripts }, evidencePolicy, { wire: now, plan: now })
const held = (because: object) => ({
  kind: 'hold',
  lacking: [{ build: '10.0.20348', kind: 'checkpoint', because }],
})

describe('evidence of a lab before a start on real hosts', () => {
  it('lets go what was confirmed on the same release of Windows, whatever its revision', () => {
    expect(decide([seen('confirmed')])).toEqual({ kind: 'go', waived: [] })
    expect(releaseOf('10.0.14393.7259')).toBe('10.0.14393')
  })

  it.each([
    ['nothing was seen', [], { why: 'neverSeen' }],
    ['another release was seen', [seen('confirmed', { build: '10.0.17763.1' })], { why: 'neverSeen' }],
    ['another kind was seen', [seen('confirmed', {}, 'install')], { why: 'neverSeen' }],
    ['it was broken', [seen('broken')], { why: 'broken', contracts: ['checkpoint.production'] }],
    ['it was left out', [seen('notExercised')], { why: 'notExercised' }],
    ['it ran as somebody', [seen('confirmed', { asSystem: false })], { why: 'notAsSystem' }],
    [
      'it is too old',
      [seen('confirmed', { endedAt: now - 184 * day })],
      { why: 'tooOld', endedAt: now - 184 * day },
    ],
    ['it is of tomorrow', [seen('confirmed', { endedAt: now + day })], { why: 'tooOld', endedAt: now + day }],
    [
      'its script was another one',
      [seen('confirmed', { scripts: { ...scripts, 'tasks/checkpoint/checkpoint.ps1': 'c0' } })],
      { why: 'otherScripts' },
    ],
    [
      'a shared module was another one',
      [seen('confirmed', { scripts: { ...scripts, 'powershell/HyperV.psm1': 'h0' } })],
      { why: 'otherScripts' },
    ],
    [
      'a shared module has come since',
      [seen('confirmed', { scripts: { ...scripts, 'powershell/Old.psm1': 'o' } })],
      { why: 'otherScripts' },
    ],
  ])('holds when %s', (_, evidences, because) => {
    expect(decide(evidences)).toEqual(held(because))
  })

  it('doesn’t mind another kind’s script', () => {
    const other = { ...scripts, 'tasks/install/install.ps1': 'i0' }
    expect(decide([seen('confirmed', { scripts: other })])).toMatchObject({ kind: 'go' })
  })

  it('holds for a kind that has no script', () => {
    const want = [{ build: '10.0.20348.1', kinds: ['migrate'] }]
    expect(decide([seen('confirmed', {}, 'migrate')], [], want)).toMatchObject({
      lacking: [{ because: { why: 'otherScripts' } }],
    })
  })

  it('takes what was seen last, and a gap for nothing', () => {
    const before = { endedAt: now - 2 * day }
    expect(decide([seen('broken'), seen('confirmed', before)])).toMatchObject({ kind: 'hold' })
    expect(decide([seen('confirmed'), seen('broken', before)])).toMatchObject({ kind: 'go' })
    expect(decide([seen('notExercised'), seen('confirmed', before)])).toMatchObject({ kind: 'go' })
    expect(decide([seen('notExercised'), seen('broken', before)])).toMatchObject({ kind: 'hold' })
  })

  it('goes with a waiver that covers it, says so, and with no other', () => {
    expect(decide([], [waiver])).toEqual({
      kind: 'go',
      waived: [{ build: '10.0.20348', kind: 'checkpoint' }],
    })
    for (const other of [{ until: now }, { build: '10.0.17763' }, { kinds: ['install'] }])
      expect(decide([], [{ ...waiver, ...other }])).toMatchObject({ kind: 'hold' })
  })

  it('wants each kind on each release of its own', () => {
    const want = [
      { build: '10.0.20348.1', kinds: ['checkpoint', 'install'] },
      { build: '10.0.14393.1', kinds: ['checkpoint'] },
    ]
    expect(decide([seen('confirmed')], [], want)).toEqual({
      kind: 'hold',
      lacking: [
        { build: '10.0.20348', kind: 'install', because: { why: 'neverSeen' } },
        { build: '10.0.14393', kind: 'checkpoint', because: { why: 'neverSeen' } },
      ],
    })
  })

  it('never goes on a broken contract that nobody waived, in whatever order evidences come', () => {
    const verdict = fc.constantFrom<Verdict>('confirmed', 'broken', 'notExercised')
    const evidence = fc.record({ verdict, age: fc.integer({ min: 0, max: 400 }), asSystem: fc.boolean() })
    fc.assert(
      fc.property(fc.uniqueArray(evidence, { selector: ({ age }) => age }), (runs) => {
        const evidences = runs.map((run) =>
          seen(run.verdict, { endedAt: now - run.age * day, asSystem: run.asSystem }),
        )
        const usable = runs
          .filter((run) => run.asSystem && run.age <= 183 && run.verdict !== 'notExercised')
          .toSorted((a, b) => a.age - b.age)
        const proven = usable[0]?.verdict === 'confirmed'
        expect(decide(evidences).kind).toBe(proven ? 'go' : 'hold')
      }),
    )
  })
})
