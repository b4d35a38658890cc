import { type EdmValue, readEdm, WrittenAsDouble } from './edm.ts'
import { invalidInput, propertyNameRefused, refusals } from './errors.ts'

/** An entity's own properties, without keys and Timestamp, in the order they were written. */
export type Properties = Map<string, EdmValue>

/** An entity as a client sends it. */
export type SentEntity = { readonly pk: unknown; readonly rk: unknown; readonly properties: Properties }

const typeSuffix = '@odata.type'
const nameForm = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]*$/u
const knownNames = new Set<string>()

/** Reads a request body; throws InvalidInput and the limits' refusals (names, sizes, number of properties). */
export function readSentEntity(text: string): SentEntity {
  const sent = parseObject(text)
  const properties: Properties = new Map()
  for (const name in sent) {
    if (name === 'PartitionKey' || name === 'RowKey' || name === 'Timestamp') continue
    if (name.endsWith(typeSuffix) || name.startsWith('odata.')) continue
    const raw = sent[name]
    if (raw === null) continue
    checkName(name)
    const type = sent[name + typeSuffix]
    if (type !== undefined && typeof type !== 'string')
      throw invalidInput(`'${name}${typeSuffix}' is no text.`)
    const value = readEdm(name, raw, type)
    checkValueSize(value)
    properties.set(name, value)
  }
  return { pk: sent['PartitionKey'], rk: sent['RowKey'], properties }
}

/** Reads what `renderProperties` wrote. */
export function readStoredProperties(body: string): Properties {
  return readSentEntity(body).properties
}

/** JSON members of the properties, with type annotations unless `annotate` is false; no braces. */
export function renderProperties(
  properties: Properties,
  annotate: boolean,
  only?: ReadonlySet<string>,
): string {
  let text = ''
  for (const [name, property] of properties) {
    if (only !== undefined && !only.has(name)) continue
    if (text !== '') text += ','
    if (annotate && isAnnotated(property)) text += `"${name}${typeSuffix}":"${property.type}",`
    text += `"${name}":${renderValue(property)}`
  }
  return text
}

function isAnnotated({ type, value }: EdmValue): boolean {
  switch (type) {
    case 'Edm.Int64':
    case 'Edm.DateTime':
    case 'Edm.Guid':
    case 'Edm.Binary':
      return true
    case 'Edm.Double':
      return typeof value === 'string'
    default:
      return false
  }
}

// A Double that is whole keeps its point ("2.0"): that is how a reader tells it from an Int32.
function renderValue({ type, value }: EdmValue): string {
  if (type !== 'Edm.Double' || typeof value === 'string') return JSON.stringify(value)
  if (!Number.isInteger(value)) return String(value)
  const digits = Object.is(value, -0) ? '-0' : String(value)
  return digits.includes('e') ? digits : `${digits}.0`
}

const wholeDouble = /:\s*-?\d+(?:\.0+|(?:\.\d+)?[eE][+-]?\d+)\s*[,}]/

function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown
  try {
    // The reviver is slow; few bodies hold a number written with a point and a zero.
    parsed = wholeDouble.test(text) ? JSON.parse(text, keepDoubles) : JSON.parse(text)
  } catch {
    throw invalidInput('The body is not valid JSON.')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalidInput('The body is not a JSON object.')
  }
  return parsed as Record<string, unknown>
}

function keepDoubles(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value)) return value
  return /[.eE]/.test(context?.source ?? '') ? new WrittenAsDouble(value) : value
}

function checkName(name: string): void {
  if (knownNames.has(name)) return
  if (name.length > 255 || !nameForm.test(name)) throw propertyNameRefused(name)
  if (knownNames.size < 5_000) knownNames.add(name)
}

function checkValueSize({ type, value }: EdmValue): void {
  if (typeof value !== 'string' || value.length <= 32 * 1024) return
  const bytes = type === 'Edm.Binary' ? (value.length * 3) / 4 - 2 : value.length * 2
  if (bytes > 64 * 1024) throw refusals.valueTooLarge()
}

/**
 * Refuses more than 252 own properties and more than 1 MiB, counted as Azure bills an entity.
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-limitations
 */
export function checkEntitySize(pk: string, rk: string, properties: Properties, body: string): void {
  if (properties.size > 252) throw refusals.tooManyProperties()
  // UTF-16 at most doubles the JSON text: smaller bodies can't reach the limit.
  if (body.length < 256 * 1024) return
  let bytes = 4 + (pk.length + rk.length) * 2
  for (const [name, property] of properties) bytes += 8 + name.length * 2 + valueBytes(property)
  if (bytes > 1024 * 1024) throw refusals.entityTooLarge()
}

function valueBytes({ type, value }: EdmValue): number {
  switch (type) {
    case 'Edm.String':
      return 4 + String(value).length * 2
    case 'Edm.Binary':
      return 4 + (String(value).length * 3) / 4
    case 'Edm.Guid':
      return 16
    case 'Edm.Boolean':
      return 1
    case 'Edm.Int32':
      return 4
    default:
      return 8
  }
}
