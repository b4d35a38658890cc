import type { Services } from './services.ts'

export interface Brief<T> {
  (services: Services): Promise<T>
  /** After a change by this process: whoever asks next gets a new answer. */
  forget(services: Services): void
}

/** `make`, asked at most once in `ms` (wire): callers meanwhile share its answer. A failure is not kept. */
export function briefly<T>(ms: number, make: (services: Services) => Promise<T>): Brief<T> {
  const answers = new WeakMap<Services, { readonly at: number; readonly value: Promise<T> }>()
  const ask = (services: Services): Promise<T> => {
    const now = services.clocks.wire()
    const known = answers.get(services)
    if (known && now - known.at < ms) return known.value
    const value = make(services)
    answers.set(services, { at: now, value })
    value.catch(() => {
      if (answers.get(services)?.value === value) answers.delete(services)
    })
    return value
  }
  const forget = (services: Services): void => {
    answers.delete(services)
  }
  return Object.assign(ask, { forget })
}
