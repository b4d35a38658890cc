import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatAddress,
  pages,
  parseAddress,
  serverStates,
  shown,
  sorts,
  tabs,
} from '../../../static-web/src/model/address.ts'

const keysOf = <T extends object>(record: T) => Object.keys(record) as (keyof T)[]

describe('address', () => {
  it('is empty for the view that everybody starts with', () => {
    expect(formatAddress(parseAddress(''))).toBe('')
  })

  it('ignores what it does not know', () => {
    expect(parseAddress('?view=cube&sort=mood&ring=one&server=-1&page=x')).toEqual(parseAddress(''))
  })

  it('carries a view to a colleague unchanged', () => {
    const id = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
    const serverId = fc.stringMatching(/^[a-z0-9]{1,9}\.[a-z0-9]{1,9}$/)
    const base = {
      view: fc.constantFrom('list', 'tiles'),
      sort: fc.constantFrom(...sorts),
      show: fc.constantFrom(...shown),
      state: fc.constantFrom(...serverStates),
      search: fc.string(),
      page: fc.constantFrom(...pages),
      mine: fc.boolean(),
      ticked: fc.oneof(fc.constant('all' as const), fc.array(serverId, { maxLength: 9 })),
    }
    const optional = { ring: fc.nat(3), campaign: id, about: id }
    const open = { client: id, server: serverId, tab: fc.constantFrom(...tabs) }
    const filters = fc.oneof(
      fc.record(
        { ...base, ...optional, tab: fc.constant(tabs[0]) },
        { requiredKeys: [...keysOf(base), 'tab'] },
      ),
      fc.record({ ...base, ...optional, ...open }, { requiredKeys: [...keysOf(base), ...keysOf(open)] }),
    )
    fc.assert(
      fc.property(filters, (given) => {
        const round = parseAddress(formatAddress(given))
        expect(round).toEqual(given)
      }),
    )
  })
})
