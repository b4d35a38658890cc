import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { genesis, nextLedgerRow, verifyChain } from '../../../../functions/adapters/tables/ledger.ts'
import type { Head, LedgerRow } from '../../../../functions/adapters/tables/rows.ts'
import { ClientId } from '../../../../orchestrations/domain/ids.ts'

const clientId = ClientId.parse('boulangerie')
const length = 12

interface Chain {
  readonly rows: LedgerRow[]
  readonly head: Head
}

function chain(): Chain {
  const rows: LedgerRow[] = []
  let head: Head = genesis
  for (let index = 0; index < length; index++) {
    const detail = index % 2 === 0 ? { detail: { fence: index, on: `srv${index}` } } : {}
    const entry = { actor: 'atlas', action: `act ${index}`, object: `o${index}`, ...detail }
    const facts = { writeId: `w${index}`, payload: `p${index}`, at: index, planAt: index * 2 }
    const row = nextLedgerRow(clientId, head, entry, facts)
    rows.push(row)
    head = { sequence: row.sequence, hash: row.hash }
  }
  return { rows, head }
}

test('A chain that nobody touched is intact', () => {
  const { rows, head } = chain()
  expect(verifyChain(clientId, rows, head)).toEqual({ kind: 'intact', rows: length })
  expect(verifyChain(clientId, [], genesis)).toEqual({ kind: 'intact', rows: 0 })
})

test("A chain is its client's: the same rows under another client are broken", () => {
  const { rows, head } = chain()
  expect(verifyChain(ClientId.parse('other'), rows, head).kind).toBe('broken')
})

const place = fc.nat(length - 1)
const texts = ['writeId', 'previous', 'hash', 'payload', 'actor', 'action', 'object'] as const
const numbers = ['sequence', 'at', 'planAt'] as const

type Tampering = (chain: Chain) => Chain

const edit = (at: number, change: (row: LedgerRow) => LedgerRow): Tampering => {
  return ({ rows, head }) => ({ rows: rows.map((row, index) => (index === at ? change(row) : row)), head })
}
const tampering: fc.Arbitrary<Tampering> = fc.oneof(
  fc
    .tuple(place, fc.constantFrom(...texts), fc.string())
    .map(([at, field, extra]) => edit(at, (row) => ({ ...row, [field]: `${row[field]}${extra}!` }))),
  fc
    .tuple(place, fc.constantFrom(...numbers), fc.integer({ min: 1, max: 1e6 }))
    .map(([at, field, more]) => edit(at, (row) => ({ ...row, [field]: row[field] + more }))),
  fc
    .tuple(place, fc.string())
    .map(([at, text]) => edit(at, (row) => ({ ...row, detail: { ...row.detail, added: text } }))),
  place.map((at) => ({ rows, head }: Chain) => ({ rows: rows.filter((_, index) => index !== at), head })),
  fc
    .tuple(place, place)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ rows, head }: Chain) => {
      const swapped = [...rows]
      const [one, other] = [rows[a], rows[b]]
      if (one && other) [swapped[a], swapped[b]] = [other, one]
      return { rows: swapped, head }
    }),
  place.map((at) => ({ rows, head }: Chain) => ({ rows: rows.slice(0, at), head })),
  place.map((at) => ({ rows, head }: Chain) => ({ rows: rows.slice(at + 1), head })),
  place.map((at) => ({ rows, head }: Chain) => ({
    rows: [...rows.slice(0, at + 1), ...rows.slice(at)],
    head,
  })),
  fc.integer({ min: 1, max: 1000 }).map((more) => ({ rows, head }: Chain) => ({
    rows,
    head: { ...head, sequence: head.sequence + more },
  })),
  fc.string().map((text) => ({ rows, head }: Chain) => ({
    rows,
    head: { ...head, hash: `${text}${head.hash}x` },
  })),
  // The head is set back while the rows stay.
  place
    .filter((at) => at < length - 1)
    .map((at) => ({ rows }: Chain) => {
      const row = rows[at]
      return { rows, head: row ? { sequence: row.sequence, hash: row.hash } : genesis }
    }),
)

test('1,000 of 1,000 tamperings are found: edited, deleted, reordered, repeated, truncated, another head', () => {
  const { rows, head } = chain()
  fc.assert(
    fc.property(tampering, (tamper) => {
      const tampered = tamper({ rows, head })
      expect(verifyChain(clientId, tampered.rows, tampered.head).kind).toBe('broken')
    }),
    { numRuns: 1000 },
  )
})

test('What is broken is named by its place', () => {
  const { rows, head } = chain()
  const without = rows.filter((row) => row.sequence !== 5)
  expect(verifyChain(clientId, without, head)).toMatchObject({ brokenAt: 5, rows: 4 })
  const edited = edit(6, (row) => ({ ...row, actor: 'somebody' }))({ rows, head })
  expect(verifyChain(clientId, edited.rows, head)).toMatchObject({ brokenAt: 7, rows: 6 })
})
