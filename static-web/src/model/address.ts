import { type CellName, cellLetters } from '../../../orchestrations/contracts/board.ts'

/** What the address carries, so that a view can be sent to a colleague and survives a reload. */
export interface Filters {
  readonly campaign?: string
  readonly page: (typeof pages)[number]
  readonly view: 'list' | 'tiles'
  readonly sort: (typeof sorts)[number]
  readonly show: (typeof shown)[number]
  readonly ring?: number
  readonly search: string
  /** The client that is open at the side. */
  readonly client?: string
  /** Its server that was chosen: its id, or its place among the cells, from 0. */
  readonly server?: string
  readonly tab: (typeof tabs)[number]
  /** Which servers the list of servers shows. */
  readonly state: (typeof serverStates)[number]
  /** What is ticked there: ids, or everything that the filters show. */
  readonly ticked: readonly string[] | 'all'
  /** The client that a report is about; none = the whole fleet. */
  readonly about?: string
  /** Only items that the reader has taken. */
  readonly mine: boolean
}

export const pages = [
  'board',
  'todo',
  'servers',
  'plan',
  'report',
  'updates',
  'notices',
  'inventory',
  'newPlan',
] as const
export const sorts = ['attention', 'client', 'ring', 'servers', 'end'] as const
export const shown = ['all', 'trouble', 'running', 'held', 'waiting', 'ended'] as const
export const tabs = ['servers', 'facts', 'history'] as const
const cellNames = Object.keys(cellLetters) as CellName[]
export const serverStates = ['trouble', 'all', ...cellNames] as const
/** More ticks than this would make an address that some mail programs cut. */
export const mostTicks = 60

export function parseAddress(search: string): Filters {
  const query = new URLSearchParams(search)
  return {
    page: oneOf(pages, query.get('page')),
    view: query.get('view') === 'tiles' ? 'tiles' : 'list',
    sort: oneOf(sorts, query.get('sort')),
    show: oneOf(shown, query.get('show')),
    tab: oneOf(tabs, query.get('tab')),
    state: oneOf(serverStates, query.get('state')),
    search: query.get('q') ?? '',
    mine: query.get('mine') === 'yes',
    ticked: ticksOf(query.get('ticked')),
    ...text('campaign', query.get('campaign')),
    ...text('client', query.get('client')),
    ...text('server', idOf(query.get('server'))),
    ...text('about', query.get('for')),
    ...whole('ring', query.get('ring')),
  }
}

/** The other way round; what is default stays out of the address. */
export function formatAddress(filters: Filters): string {
  const query = new URLSearchParams()
  const put = (key: string, value: string | undefined, usual = '') => {
    if (value !== undefined && value !== usual) query.set(key, value)
  }
  put('page', filters.page, pages[0])
  put('campaign', filters.campaign)
  put('view', filters.view, 'list')
  put('sort', filters.sort, sorts[0])
  put('show', filters.show, shown[0])
  put('state', filters.state, serverStates[0])
  put('ring', filters.ring?.toString())
  put('q', filters.search)
  put('for', filters.about)
  put('mine', filters.mine ? 'yes' : '')
  put('ticked', filters.ticked === 'all' ? 'all' : filters.ticked.slice(0, mostTicks).join(','))
  put('client', filters.client)
  if (filters.client) {
    put('server', filters.server)
    put('tab', filters.tab, tabs[0])
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

function oneOf<T extends string>(all: readonly [T, ...T[]], value: string | null): T {
  return all.find((one) => one === value) ?? all[0]
}

function idOf(value: string | null): string | null {
  return value !== null && /^[a-z0-9][a-z0-9._-]*$/.test(value) ? value : null
}

function ticksOf(value: string | null): Filters['ticked'] {
  if (value === 'all') return 'all'
  return (value ?? '').split(',').filter((id) => id !== '')
}

function text<K extends string>(key: K, value: string | null): { readonly [P in K]?: string } {
  return (value ? { [key]: value } : {}) as { readonly [P in K]?: string }
}

function whole<K extends string>(key: K, value: string | null): { readonly [P in K]?: number } {
  return (value !== null && /^\d{1,4}$/.test(value) ? { [key]: Number(value) } : {}) as {
    readonly [P in K]?: number
  }
}
