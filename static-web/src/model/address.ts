/** What the address carries, so that a view can be sent to a colleague and survives a reload. */
export interface Filters {
  readonly campaign?: string
  readonly view: 'list' | 'tiles'
  readonly sort: (typeof sorts)[number]
  readonly show: (typeof shown)[number]
  readonly ring?: number
  readonly search: string
  /** The client that is open at the side, and its server when a cell was chosen. */
  readonly client?: string
  readonly server?: number
  readonly page: 'board' | 'plan'
}

export const sorts = ['attention', 'client', 'ring', 'servers', 'end'] as const
export const shown = ['all', 'trouble', 'running', 'held', 'waiting', 'ended'] as const

export function parseAddress(search: string): Filters {
  const query = new URLSearchParams(search)
  return {
    view: query.get('view') === 'tiles' ? 'tiles' : 'list',
    sort: oneOf(sorts, query.get('sort')),
    show: oneOf(shown, query.get('show')),
    search: query.get('q') ?? '',
    page: query.get('page') === 'plan' ? 'plan' : 'board',
    ...text('campaign', query.get('campaign')),
    ...text('client', query.get('client')),
    ...whole('ring', query.get('ring')),
    ...whole('server', query.get('server')),
  }
}

/** The other way round; what is default stays out of the address. */
export function formatAddress(filters: Filters): string {
  const query = new URLSearchParams()
  if (filters.page === 'plan') query.set('page', 'plan')
  if (filters.campaign) query.set('campaign', filters.campaign)
  if (filters.view !== 'list') query.set('view', filters.view)
  if (filters.sort !== 'attention') query.set('sort', filters.sort)
  if (filters.show !== 'all') query.set('show', filters.show)
  if (filters.ring !== undefined) query.set('ring', String(filters.ring))
  if (filters.search !== '') query.set('q', filters.search)
  if (filters.client) query.set('client', filters.client)
  if (filters.client && filters.server !== undefined) query.set('server', String(filters.server))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

function oneOf<T extends string>(all: readonly [T, ...T[]], value: string | null): T {
  return all.find((one) => one === value) ?? all[0]
}

function text<K extends string>(key: K, value: string | null): { readonly [P in K]?: string } {
  return (value ? { [key]: value } : {}) as { readonly [P in K]?: string }
}

function whole<K extends string>(key: K, value: string | null): { readonly [P in K]?: number } {
  return (value !== null && /^\d{1,4}$/.test(value) ? { [key]: Number(value) } : {}) as {
    readonly [P in K]?: number
  }
}
