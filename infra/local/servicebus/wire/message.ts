import { randomUUID } from 'node:crypto'
import type { Content, DeadLetterReason, Draft, StoredMessage } from '../engine/message.ts'
import * as enc from './encode.ts'
import {
  compound,
  endOfValue,
  listItem,
  readBinary,
  readInstant,
  readText,
  readUint,
  sections,
} from './scan.ts'

const code = {
  header: 0x70,
  annotations: 0x72,
  properties: 0x73,
  application: 0x74,
  data: 0x75,
  footer: 0x78,
}

/** Reads what a sender wrote. Throws RangeError on malformed bytes. */
export function parseMessage(raw: Buffer): Draft {
  let timeToLive = Number.POSITIVE_INFINITY
  let annotations: Buffer | undefined
  let scheduledFor: number | undefined
  let bareFrom = raw.length
  let messageId: string | undefined
  let hasId = false
  for (const section of sections(raw)) {
    if (section.code === code.header) {
      const at = listItem(raw, section.valueAt, 2)
      timeToLive = (at === undefined ? undefined : readUint(raw, at)) ?? timeToLive
    } else if (section.code === code.annotations) {
      annotations = pairs(raw, section.valueAt)
      scheduledFor = instantIn(raw, section.valueAt, 'x-opt-scheduled-enqueue-time')
    } else if (section.code >= code.properties) {
      bareFrom = Math.min(bareFrom, section.start)
      if (section.code !== code.properties) break
      const at = listItem(raw, section.valueAt, 0)
      hasId = at !== undefined
      messageId = at === undefined ? undefined : readText(raw, at)
      break
    }
  }
  // A copy: a slice would keep the whole read buffer of the socket alive.
  const bare = hasId ? Buffer.from(raw.subarray(bareFrom)) : withMessageId(raw.subarray(bareFrom))
  return { content: { annotations, bare }, messageId, timeToLive, scheduledFor }
}

/** The messages of a batch transfer (format 0x80013700): one data section each. */
export function parseBatch(raw: Buffer): Draft[] {
  const drafts: Draft[] = []
  for (const section of sections(raw)) {
    if (section.code === code.data) drafts.push(parseMessage(readBinary(raw, section.valueAt)))
  }
  return drafts
}

const noAnnotations = Buffer.alloc(4)
const key = {
  sequence: enc.symbol('x-opt-sequence-number'),
  enqueued: enc.symbol('x-opt-enqueued-time'),
  lockedUntil: enc.symbol('x-opt-locked-until'),
  state: enc.symbol('x-opt-message-state'),
  source: enc.symbol('x-opt-deadletter-source'),
}

/** The bytes a receiver gets: header and annotations of the broker, then the sender's own sections. */
export function encodeMessage(message: StoredMessage): Buffer {
  const ttl = Number.isFinite(message.timeToLive)
    ? enc.uint(Math.min(message.timeToLive, 0xffffffff))
    : enc.nullValue
  const header = enc.list([enc.nullValue, enc.nullValue, ttl, enc.nullValue, enc.uint(message.deliveryCount)])
  const own = [key.sequence, enc.long(message.seq), key.enqueued, enc.timestamp(message.enqueuedAt)]
  const { state } = message
  if (state.kind === 'locked') own.push(key.lockedUntil, enc.timestamp(state.until))
  if (state.kind === 'deferred' || (state.kind === 'locked' && state.deferred)) {
    own.push(key.state, enc.smallInt(1))
  }
  if (state.kind === 'scheduled') own.push(key.state, enc.smallInt(2))
  if (message.deadLetterSource !== undefined) own.push(key.source, enc.text(message.deadLetterSource))
  const theirs = message.content.annotations ?? noAnnotations
  // The broker's pairs come last: of two equal keys the later counts.
  const annotations = enc.compoundOf(0xc1, theirs.readUInt32BE(0) + own.length, [theirs.subarray(4), ...own])
  return Buffer.concat([
    enc.described(code.header, header),
    enc.described(code.annotations, annotations),
    message.content.bare,
  ])
}

/** Adds application properties (already encoded key and value, in turn) to a message. */
export function withApplicationProperties(content: Content, added: readonly Buffer[]): Content {
  if (added.length === 0) return content
  const { bare } = content
  let from = bare.length
  let to = bare.length
  let count = 0
  let existing: Buffer = Buffer.alloc(0)
  for (const section of sections(bare)) {
    if (section.code === code.properties) continue
    from = section.start
    to = section.start
    if (section.code === code.application) {
      const map = compound(bare, section.valueAt)
      count = map.count
      existing = bare.subarray(map.from, map.to)
      to = section.end
    }
    break
  }
  const application = enc.described(
    code.application,
    enc.compoundOf(0xc1, count + added.length, [existing, ...added]),
  )
  return { ...content, bare: Buffer.concat([bare.subarray(0, from), application, bare.subarray(to)]) }
}

export function withDeadLetterReason(content: Content, why: DeadLetterReason): Content {
  const added: Buffer[] = []
  if (why.reason !== undefined) added.push(enc.text('DeadLetterReason'), enc.text(why.reason))
  if (why.description !== undefined) {
    added.push(enc.text('DeadLetterErrorDescription'), enc.text(why.description))
  }
  return withApplicationProperties(content, added)
}

// A map's pairs behind their count: ready to be joined with the broker's own.
function pairs(raw: Buffer, mapAt: number): Buffer | undefined {
  const { count, from, to } = compound(raw, mapAt)
  if (count === 0) return undefined
  const kept = Buffer.allocUnsafe(4 + to - from)
  kept.writeUInt32BE(count, 0)
  raw.copy(kept, 4, from, to)
  return kept
}

function instantIn(raw: Buffer, mapAt: number, wanted: string): number | undefined {
  const { from, to } = compound(raw, mapAt)
  let at = from
  while (at < to) {
    const valueAt = endOfValue(raw, at)
    if (readText(raw, at) === wanted) return readInstant(raw, valueAt)
    at = endOfValue(raw, valueAt)
  }
  return undefined
}

// The SDK cannot settle a message without an id, so the broker gives one.
function withMessageId(bare: Buffer): Buffer {
  const id = enc.text(randomUUID().replaceAll('-', ''))
  const first = bare.length > 0 ? sections(bare).next().value : undefined
  if (first === undefined || first.code !== code.properties) {
    return Buffer.concat([enc.described(code.properties, enc.list([id])), bare])
  }
  const { count, from, to } = compound(bare, first.valueAt)
  const rest = count === 0 ? Buffer.alloc(0) : bare.subarray(endOfValue(bare, from), to)
  const properties = enc.described(code.properties, enc.compoundOf(0xc0, Math.max(count, 1), [id, rest]))
  return Buffer.concat([properties, bare.subarray(first.end)])
}
