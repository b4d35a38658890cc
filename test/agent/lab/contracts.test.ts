import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { labContracts } from '../../../agent/lab/contracts.ts'
import { EvidenceFile } from '../../../orchestrations/contracts/scripts/evidence.ts'
import { taskKinds } from '../../../orchestrations/contracts/tasks.ts'

const lab = new URL('../../../agent/lab/', import.meta.url)
const carried: unknown = JSON.parse(readFileSync(new URL('contracts.json', lab), 'utf8'))

describe('what the lab kit checks documents against', () => {
  it('is what the agent parses them with: npm run lab:contracts writes it', () => {
    expect(carried).toEqual(labContracts())
  })

  it('has the answer of every kind of task', () => {
    expect(carried).toMatchObject({ results: Object.fromEntries(taskKinds.map((kind) => [kind, {}])) })
  })

  it('uses no word of JSON Schema that the kit’s reader doesn’t know', () => {
    const reader = readFileSync(new URL('Schema.psm1', lab), 'utf8')
    const unknown = [...wordsOf(carried)].filter((word) => !reader.includes(`'${word}'`))
    expect(unknown).toEqual([])
  })
})

describe('evidence', () => {
  const evidence = {
    version: 1,
    id: '6f2a1c54-0c0e-4d6b-9a3f-0f0a6e5d9b21',
    host: 'LAB-HV1',
    os: { name: 'Windows Server 2022', build: '10.0.20348.2849', language: 'fr-FR', installation: 'Server' },
    powerShell: '5.1.20348.2849',
    asSystem: true,
    modules: [{ name: 'Hyper-V', version: '2.0.0.0' }],
    startedAt: '2025-11-22T01:00:00.0000000Z',
    endedAt: '2025-11-22T02:00:00.0000000Z',
    scripts: { 'tasks/checkpoint/checkpoint.ps1': 'a'.repeat(64) },
    contracts: [
      { id: 'checkpoint.offline', kind: 'checkpoint', verdict: 'confirmed', why: '', milliseconds: 900 },
    ],
    left: [],
  }

  it('is read as the kit writes it', () => {
    expect(EvidenceFile.parse(evidence)).toEqual(evidence)
  })

  it.each([
    ['a build without its revision', { os: { ...evidence.os, build: '10.0.20348' } }],
    ['no contract at all', { contracts: [] }],
    ['a kind that no agent has', { contracts: [{ ...evidence.contracts[0], kind: 'format' }] }],
    ['a date of Windows PowerShell', { endedAt: '/Date(1763773929447)/' }],
    ['another version', { version: 2 }],
  ])('is refused with %s', (_, over) => {
    expect(EvidenceFile.safeParse({ ...evidence, ...over }).success).toBe(false)
  })
})

/** Keywords that say something about values; not names of properties, and no annotations. */
function* wordsOf(schema: unknown, isWord = true): Generator<string> {
  if (Array.isArray(schema)) for (const one of schema) yield* wordsOf(one)
  else if (typeof schema === 'object' && schema !== null)
    for (const [word, value] of Object.entries(schema)) {
      const annotates = ['$schema', 'document', 'results', 'evidence', 'names', 'format'].includes(word)
      if (isWord && !annotates && word in known) yield word
      if (word === 'results') for (const one of Object.values(value as object)) yield* wordsOf(one)
      else if (!['const', 'enum', 'required'].includes(word)) yield* wordsOf(value, word !== 'properties')
    }
}

/** JSON Schema draft 7, what zod writes of it. */
const known: Readonly<Record<string, true>> = Object.fromEntries(
  (
    'type properties required additionalProperties propertyNames items minItems maxItems uniqueItems enum const ' +
    'pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf anyOf oneOf allOf not $ref if'
  )
    .split(' ')
    .map((word) => [word, true as const]),
)
