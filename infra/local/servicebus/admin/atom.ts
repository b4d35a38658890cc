import { defaultQueueOptions, type QueueOptions } from '../engine/options.ts'
import type { Queue } from '../engine/queue.ts'
import type { Entity } from '../namespace.ts'
import { formatDuration, parseDuration } from './duration.ts'

const connect = 'http://schemas.microsoft.com/netservices/2010/10/servicebus/connect'
const counts = 'http://schemas.microsoft.com/netservices/2011/06/servicebus'
const longestLock = 300_000

/** Reads a QueueDescription from an Atom entry; what it leaves out keeps `base`. Throws RangeError. */
export function parseQueueDescription(xml: string, base: QueueOptions = defaultQueueOptions): QueueOptions {
  const field = (name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim()
  const duration = (name: string, fallback: number): number => {
    const text = field(name)
    return text === undefined ? fallback : parseDuration(text)
  }
  const flag = (name: string, fallback: boolean): boolean => (field(name) ?? String(fallback)) === 'true'
  if (!xml.includes('<QueueDescription')) throw new RangeError('The request body has no QueueDescription.')
  if (flag('RequiresSession', false)) throw new RangeError('This broker has no sessions (RequiresSession).')
  if (field('ForwardTo') !== undefined) throw new RangeError('This broker does not forward (ForwardTo).')
  const options: QueueOptions = {
    lockDuration: duration('LockDuration', base.lockDuration),
    maxDeliveryCount: Number(field('MaxDeliveryCount') ?? base.maxDeliveryCount),
    defaultTimeToLive: duration('DefaultMessageTimeToLive', base.defaultTimeToLive),
    deadLetteringOnExpiration: flag('DeadLetteringOnMessageExpiration', base.deadLetteringOnExpiration),
    duplicateDetection: flag('RequiresDuplicateDetection', base.duplicateDetection),
    duplicateWindow: duration('DuplicateDetectionHistoryTimeWindow', base.duplicateWindow),
  }
  if (!(options.lockDuration > 0 && options.lockDuration <= longestLock)) {
    throw new RangeError('LockDuration must be above zero and at most five minutes.')
  }
  if (!(options.maxDeliveryCount >= 1)) throw new RangeError('MaxDeliveryCount must be at least 1.')
  return options
}

/** One queue as an Atom entry. `base` is the service's root URL. */
export function queueEntry(entity: Entity, base: string): string {
  const { row } = entity
  const id = `${base}/${escape(row.name)}`
  const updated = new Date(row.updatedAt).toISOString()
  return (
    `<entry xmlns="http://www.w3.org/2005/Atom"><id>${id}</id><title type="text">${escape(row.name)}</title>` +
    `<published>${new Date(row.createdAt).toISOString()}</published><updated>${updated}</updated>` +
    `<link rel="self" href="${id}"/><content type="application/xml">${description(entity)}</content></entry>`
  )
}

/** A page of queues as an Atom feed, with the link to the next page if there is one. */
export function queueFeed(entities: readonly Entity[], base: string, next: string | undefined): string {
  const self = `<link rel="self" href="${base}/$Resources/Queues"/>`
  const more = next === undefined ? '' : `<link rel="next" href="${escape(next)}"/>`
  const entries = entities.map((entity) => queueEntry(entity, base)).join('')
  return (
    `<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Queues</title>` +
    `<id>${base}/$Resources/Queues</id>${self}${more}${entries}</feed>`
  )
}

export const errorBody = (code: number, detail: string): string =>
  `<Error><Code>${code}</Code><Detail>${escape(detail)}</Detail></Error>`

function description({ row, main, deadLetters }: Entity): string {
  const { options } = row
  const active = countIn(main, 'ready') + countIn(main, 'locked') + countIn(main, 'deferred')
  const scheduled = countIn(main, 'scheduled')
  const fields: ReadonlyArray<[string, string | number | boolean]> = [
    ['LockDuration', formatDuration(options.lockDuration)],
    ['MaxSizeInMegabytes', 1024],
    ['RequiresDuplicateDetection', options.duplicateDetection],
    ['RequiresSession', false],
    ['DefaultMessageTimeToLive', formatDuration(options.defaultTimeToLive)],
    ['DeadLetteringOnMessageExpiration', options.deadLetteringOnExpiration],
    ['DuplicateDetectionHistoryTimeWindow', formatDuration(options.duplicateWindow)],
    ['MaxDeliveryCount', options.maxDeliveryCount],
    ['EnableBatchedOperations', true],
    ['SizeInBytes', sizeOf(main) + sizeOf(deadLetters)],
    ['MessageCount', main.messages.size + deadLetters.messages.size],
    ['Status', 'Active'],
    ['CreatedAt', new Date(row.createdAt).toISOString()],
    ['UpdatedAt', new Date(row.updatedAt).toISOString()],
    ['AccessedAt', new Date(row.updatedAt).toISOString()],
    ['AutoDeleteOnIdle', formatDuration(Number.POSITIVE_INFINITY)],
    ['EnablePartitioning', false],
    ['EntityAvailabilityStatus', 'Available'],
    ['EnableExpress', false],
  ]
  const details: ReadonlyArray<[string, number]> = [
    ['ActiveMessageCount', active],
    ['DeadLetterMessageCount', deadLetters.messages.size],
    ['ScheduledMessageCount', scheduled],
    ['TransferMessageCount', 0],
    ['TransferDeadLetterMessageCount', 0],
  ]
  const elements = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('')
  const detail = details.map(([name, value]) => `<d2p1:${name}>${value}</d2p1:${name}>`).join('')
  return (
    `<QueueDescription xmlns="${connect}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${elements}` +
    `<CountDetails xmlns:d2p1="${counts}">${detail}</CountDetails></QueueDescription>`
  )
}

function countIn(queue: Queue, kind: string): number {
  let count = 0
  for (const message of queue.messages.values()) if (message.state.kind === kind) count++
  return count
}

function sizeOf(queue: Queue): number {
  let size = 0
  for (const message of queue.messages.values()) size += message.content.bare.length
  return size
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '')
