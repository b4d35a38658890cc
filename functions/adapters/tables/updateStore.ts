import { odata, type TableClient } from '@azure/data-tables'
import { UpdateRecord, type Block } from '../../../orchestrations/domain/updates.ts'
import type { Clocks } from '../clock.ts'
import { changeRow } from './changeRow.ts'
import { listRows } from './read.ts'
import { Turns } from './turns.ts'

/** Table `Fleet`, partition `updates`: a row for each KB that has failed or was blocked. */
export interface UpdateStore {
  list(): Promise<UpdateRecord[]>
  /** Changes a KB's row; undefined from `decide` leaves it. Answers the row as it is then. */
  change(
    kb: string,
    decide: (record: UpdateRecord | undefined) => UpdateRecord | undefined,
  ): Promise<UpdateRecord | undefined>
  /** The blocked KBs, at most two seconds (wire) old. */
  blocked(): Promise<ReadonlyMap<string, Block>>
}

const partition = 'updates'
const cacheMs = 2_000

export function createUpdateStore(
  table: TableClient,
  clocks: Pick<Clocks, 'wire'>,
  random: () => number = Math.random,
): UpdateStore {
  const turns = new Turns<string>()
  let cached: { readonly at: number; readonly value: Promise<ReadonlyMap<string, Block>> } | undefined
  const list = () => listRows(table, odata`PartitionKey eq ${partition}`, UpdateRecord)
  const readBlocked = async () =>
    new Map((await list()).flatMap(({ kb, blocked }) => (blocked ? [[kb, blocked] as const] : [])))
  return {
    list,
    change: (kb, decide) =>
      turns.take(kb, async () => {
        let last: UpdateRecord | undefined
        const changed = await changeRow(
          table,
          partition,
          kb,
          UpdateRecord,
          (record) => {
            last = record
            return decide(record)
          },
          random,
        )
        cached = undefined
        return changed ?? last
      }),
    blocked() {
      const now = clocks.wire()
      if (cached && now - cached.at < cacheMs) return cached.value
      const value = readBlocked()
      cached = { at: now, value }
      value.catch(() => {
        if (cached?.value === value) cached = undefined
      })
      return value
    },
  }
}
