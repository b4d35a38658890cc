import { invalidInput, outOfRange } from './errors.ts'

/** @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-types */
export type EdmType =
  | 'Edm.String'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Double'
  | 'Edm.Boolean'
  | 'Edm.DateTime'
  | 'Edm.Guid'
  | 'Edm.Binary'

/** A typed property value in its JSON form: Int64, DateTime, Guid, Binary and non-finite Double are strings. */
export type EdmValue = { readonly type: EdmType; readonly value: string | number | boolean }

/** A whole number that JSON wrote with a decimal point or exponent: a Double, not an Int32. */
export class WrittenAsDouble {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

const nonFinite: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity'])
const guidForm = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const base64Form = /^[A-Za-z0-9+/_-]*={0,2}$/
const dateForm = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,7})\d*)?)?(Z|[+-]\d\d:?\d\d)?$/i
const int64Limit = 2n ** 63n

/** The value of a property sent with or without `@odata.type`; throws InvalidInput where it doesn't fit. */
export function readEdm(name: string, raw: unknown, type: string | undefined): EdmValue {
  switch (type) {
    case undefined:
      return inferred(name, raw)
    case 'Edm.String':
      if (typeof raw === 'string') return { type, value: raw }
      break
    case 'Edm.Int32': {
      const value = wholeNumber(raw)
      if (value !== undefined && value === (value | 0)) return { type, value }
      break
    }
    case 'Edm.Double': {
      const value = double(raw)
      if (value !== undefined) return { type, value }
      break
    }
    case 'Edm.Boolean':
      if (raw === true || raw === 'true') return { type, value: true }
      if (raw === false || raw === 'false') return { type, value: false }
      break
    case 'Edm.Int64': {
      const value = wholeNumberText(raw)
      if (value !== undefined) return { type, value }
      break
    }
    case 'Edm.DateTime':
      if (typeof raw === 'string') return { type, value: dateTime(name, raw) }
      break
    case 'Edm.Guid':
      if (typeof raw === 'string' && guidForm.test(raw)) return { type, value: raw.toLowerCase() }
      break
    case 'Edm.Binary':
      if (typeof raw === 'string' && base64Form.test(raw)) return { type, value: raw }
      break
    default:
      throw invalidInput(`Property '${name}': unknown type '${type}'.`)
  }
  throw invalidInput(`Property '${name}': the value is not an ${type}.`)
}

function inferred(name: string, raw: unknown): EdmValue {
  switch (typeof raw) {
    case 'string':
      return { type: 'Edm.String', value: raw }
    case 'boolean':
      return { type: 'Edm.Boolean', value: raw }
    case 'number':
      return { type: raw === (raw | 0) ? 'Edm.Int32' : 'Edm.Double', value: raw }
    default:
      if (raw instanceof WrittenAsDouble) return { type: 'Edm.Double', value: raw.value }
      throw invalidInput(`Property '${name}': objects and arrays can't be stored.`)
  }
}

function wholeNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return raw
  if (raw instanceof WrittenAsDouble) return raw.value
  return typeof raw === 'string' && /^[+-]?\d+$/.test(raw) ? Number(raw) : undefined
}

function wholeNumberText(raw: unknown): string | undefined {
  const text = typeof raw === 'number' && Number.isSafeInteger(raw) ? String(raw) : raw
  if (typeof text !== 'string' || !/^[+-]?\d{1,40}$/.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return value >= -int64Limit && value < int64Limit ? value.toString() : undefined
}

function double(raw: unknown): number | string | undefined {
  if (typeof raw === 'number') return raw
  if (raw instanceof WrittenAsDouble) return raw.value
  if (typeof raw !== 'string') return undefined
  if (nonFinite.has(raw)) return raw
  const value = raw.trim() === '' ? Number.NaN : Number(raw)
  return Number.isFinite(value) ? value : undefined
}

function dateTime(name: string, raw: string): string {
  const ticks = dateTicks(raw)
  if (ticks === undefined)
    throw invalidInput(`Property '${name}': '${raw.slice(0, 40)}' is not a date and time.`)
  if (ticks < '1601') throw outOfRange(name, raw)
  if (raw.endsWith('Z')) return raw
  return ticks.replace(/\.?0+Z$/, 'Z')
}

/** A date and time as `YYYY-MM-DDThh:mm:ss.fffffffZ`, which sorts as text; undefined if it is none. */
export function dateTicks(text: string): string | undefined {
  const parts = dateForm.exec(text)
  if (parts === null) return undefined
  const [, day = '', time = '00:00:00', fraction = '', zone = 'Z'] = parts
  const seconds = time.length === 5 ? `${time}:00` : time
  const epoch = Date.parse(`${day}T${seconds}${zone.toUpperCase()}`)
  if (Number.isNaN(epoch)) return undefined
  return `${new Date(epoch).toISOString().slice(0, 19)}.${fraction.padEnd(7, '0')}Z`
}
