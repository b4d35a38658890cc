/** Every page of a list, one after the other; `most` items at most. */
export async function allPages<T>(
  read: (
    cursor: string | undefined,
  ) => Promise<{ readonly items: readonly T[]; readonly next?: string | undefined }>,
  most = Infinity,
): Promise<T[]> {
  const all: T[] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    all.push(...page.items)
    // A server that names the page that was just read would be asked for ever.
    cursor = page.next === cursor ? undefined : page.next
  } while (cursor !== undefined && all.length < most)
  return all.slice(0, most)
}

/** `?a=1&b=2` of what is there. */
export function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== false) query.set(name, String(value))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

export const segment = encodeURIComponent
export const pageSize = 1000
