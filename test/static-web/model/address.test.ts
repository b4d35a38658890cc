import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress, shown, sorts } from '../../../static-web/src/model/address.ts'

describe('address', () => {
  it('is empty for the view that everybody starts with', () => {
    expect(formatAddress(parseAddress(''))).toBe('')
  })

  it('ignores what it does not know', () => {
    expect(parseAddress('?view=cube&sort=mood&ring=one&server=-1&page=x')).toEqual(parseAddress(''))
  })

  it('carries a view to a colleague unchanged', () => {
    const filters = fc.record(
      {
        view: fc.constantFrom('list', 'tiles'),
        sort: fc.constantFrom(...sorts),
        show: fc.constantFrom(...shown),
        search: fc.string(),
        page: fc.constantFrom('board', 'plan'),
        ring: fc.nat(3),
        campaign: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
      },
      { requiredKeys: ['view', 'sort', 'show', 'search', 'page'] },
    )
    fc.assert(
      fc.property(filters, (given) => {
        const round = parseAddress(formatAddress(given))
        expect(round).toEqual(given)
      }),
    )
  })
})
