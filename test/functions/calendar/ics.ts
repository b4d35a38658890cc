/** iCalendar read back by hand (RFC 5545, 3.1): nothing here comes from the library that wrote it. */
export interface Component {
  readonly name: string
  readonly properties: readonly { readonly name: string; readonly params: string; readonly value: string }[]
  readonly components: readonly Component[]
}

/** Throws unless each line ends in CRLF, has at most 75 octets, and every BEGIN has its END. */
export function readCalendar(text: string): Component {
  if (!text.endsWith('\r\n')) throw new Error('the last line has no end')
  if (/(?<!\r)\n|\r(?!\n)/.test(text)) throw new Error('a line ends otherwise than in CRLF')
  const physical = text.slice(0, -2).split('\r\n')
  for (const line of physical)
    if (Buffer.byteLength(line) > 75) throw new Error(`a line has ${Buffer.byteLength(line)} octets: ${line}`)
  const lines = text
    .slice(0, -2)
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
  const stack: { name: string; properties: Component['properties'][number][]; components: Component[] }[] = [
    { name: '', properties: [], components: [] },
  ]
  for (const line of lines) {
    const [, name = '', params = '', value = ''] = /^([A-Z0-9-]+)((?:;[^:]*)?):(.*)$/s.exec(line) ?? []
    if (name === '') throw new Error(`no property: ${line}`)
    const top = stack.at(-1)
    if (name === 'BEGIN') stack.push({ name: value, properties: [], components: [] })
    else if (name === 'END') {
      if (top?.name !== value) throw new Error(`END:${value} within ${top?.name ?? 'nothing'}`)
      stack.pop()
      stack.at(-1)?.components.push(top)
    } else top?.properties.push({ name, params, value })
  }
  const [root] = stack
  const [calendar, ...others] = root?.components ?? []
  if (stack.length !== 1 || !calendar || others.length > 0) throw new Error('not one whole calendar')
  return calendar
}

export const valueOf = (component: Component | undefined, name: string): string | undefined =>
  component?.properties.find((one) => one.name === name)?.value
export const paramsOf = (component: Component | undefined, name: string): string | undefined =>
  component?.properties.find((one) => one.name === name)?.params
export const all = (component: Component, name: string): Component[] =>
  component.components.filter((one) => one.name === name)

/** The moment of a local time by the calendar's own VTIMEZONE: the last change that began at or before it. */
export function instantOf(calendar: Component, tzid: string, local: string): number {
  const zone = all(calendar, 'VTIMEZONE').find((one) => valueOf(one, 'TZID') === tzid)
  const changes = (zone?.components ?? [])
    .map((one) => ({ start: valueOf(one, 'DTSTART') ?? '', to: valueOf(one, 'TZOFFSETTO') ?? '' }))
    .filter(({ start }) => start <= local)
    .sort((a, b) => (a.start < b.start ? 1 : -1))
  const [, sign = '', hours = '', minutes = ''] = /^([+-])(\d\d)(\d\d)/.exec(changes[0]?.to ?? '') ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  const iso = local.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')
  return Date.parse(iso) - offset
}
