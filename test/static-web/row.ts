import { ClientRow, RingRow } from '../../orchestrations/contracts/board.ts'

/** A client's row with what a test names; everything else unremarkable. */
export function clientRow(some: Record<string, unknown> = {}): ClientRow {
  return ClientRow.parse({
    clientId: 'ancay',
    name: 'Boulangerie Ançay',
    ring: 2,
    revision: 1,
    state: { kind: 'running' },
    cells: 'ssrp',
    now: [],
    spentMs: 0,
    measured: 0,
    ...some,
  })
}

export function ringRow(some: Record<string, unknown> = {}): RingRow {
  return RingRow.parse({ ring: 2, state: { kind: 'running' }, clients: 1, servers: 4, ...some })
}
