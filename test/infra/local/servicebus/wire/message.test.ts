import rhea from 'rhea'
import { describe, expect, it } from 'vitest'
import type { Draft, StoredMessage } from '../../../../../infra/local/servicebus/engine/message.ts'
import {
  encodeMessage,
  parseBatch,
  parseMessage,
  withApplicationProperties,
  withDeadLetterReason,
} from '../../../../../infra/local/servicebus/wire/message.ts'
import {
  lockToken,
  parseLockToken,
  reordered,
} from '../../../../../infra/local/servicebus/wire/lock-token.ts'

const encode = (message: Record<string, unknown>): Buffer =>
  Buffer.from(rhea.message.encode(message as never))

const stored = (draft: Draft): StoredMessage => ({
  seq: 7,
  content: draft.content,
  enqueuedAt: 1_700_000_000_000,
  timeToLive: draft.timeToLive,
  expiresAt: Number.POSITIVE_INFINITY,
  deliveryCount: 2,
  deadLetterSource: undefined,
  state: { kind: 'locked', lockId: 9, until: 1_700_000_060_000, deferred: false },
  lockTimer: undefined,
  expiryTimer: undefined,
})

const roundTrip = (draft: Draft) => rhea.message.decode(encodeMessage(stored(draft)))

describe('a message on its way through', () => {
  it('keeps what the sender wrote and gains the broker’s header and annotations', () => {
    const draft = parseMessage(
      encode({
        message_id: 'id-1',
        ttl: 5_000,
        group_id: 'g',
        message_annotations: { 'x-opt-partition-key': 'p', 'x-opt-sequence-number': 1 },
        application_properties: { n: 1, long: 'y'.repeat(400) },
        body: rhea.message.data_section(Buffer.from('hello')),
      }),
    )
    expect(draft).toMatchObject({ messageId: 'id-1', timeToLive: 5_000, scheduledFor: undefined })
    const message = roundTrip(draft)
    expect(message).toMatchObject({ message_id: 'id-1', ttl: 5_000, group_id: 'g', delivery_count: 2 })
    expect(message.application_properties).toEqual({ n: 1, long: 'y'.repeat(400) })
    expect(message.message_annotations).toEqual({
      'x-opt-partition-key': 'p',
      'x-opt-sequence-number': 7,
      'x-opt-enqueued-time': new Date(1_700_000_000_000),
      'x-opt-locked-until': new Date(1_700_000_060_000),
    })
    expect((message.body as { content: Buffer }).content.toString()).toBe('hello')
  })

  it.each([
    ['no properties at all', { body: 'x' }],
    ['properties without an id', { subject: 's', correlation_id: 'c', body: 'x' }],
    ['application properties only', { application_properties: { a: 1 }, body: 'x' }],
  ])('gets an id when it has %s', (_, source) => {
    const message = roundTrip(parseMessage(encode(source)))
    expect(message.message_id).toMatch(/^[0-9a-f]{32}$/)
    expect(message).toMatchObject(source)
  })

  it('reads the time it is scheduled for', () => {
    const at = new Date(1_800_000_000_000)
    const draft = parseMessage(
      encode({ message_annotations: { 'x-opt-scheduled-enqueue-time': at }, body: 1 }),
    )
    expect(draft.scheduledFor).toBe(at.getTime())
  })

  it('takes reasons and properties beside those it has', () => {
    const { content, ...rest } = parseMessage(
      encode({ message_id: 'm', application_properties: { a: 1 }, body: 'x' }),
    )
    const dead = withDeadLetterReason(content, { reason: 'R', description: 'd'.repeat(300) })
    const message = roundTrip({ ...rest, content: withApplicationProperties(dead, []) })
    expect(message.application_properties).toEqual({
      a: 1,
      DeadLetterReason: 'R',
      DeadLetterErrorDescription: 'd'.repeat(300),
    })
    expect(message).toMatchObject({ message_id: 'm', body: 'x' })
  })

  it('comes out of a batch one by one', () => {
    const parts = ['a', 'b'].map((id) => encode({ message_id: id, body: 'x'.repeat(300) }))
    const batch = encode({ body: rhea.message.data_sections(parts) })
    expect(parseBatch(batch).map(({ messageId }) => messageId)).toEqual(['a', 'b'])
  })

  it('is refused when its bytes are cut or foreign', () => {
    const whole = encode({ message_id: 'm', body: 'x'.repeat(50) })
    expect(() => parseMessage(whole.subarray(0, 9))).toThrow(RangeError)
    expect(() => parseMessage(Buffer.from('not amqp'))).toThrow(RangeError)
  })
})

it('turns a lock into a token and back, in both byte orders', () => {
  const lock = { seq: 123_456_789_012, lockId: 98_765_432_109 }
  const token = lockToken(lock)
  expect(parseLockToken(token)).toEqual(lock)
  expect(reordered(token)).not.toEqual(token)
  expect(reordered(reordered(token))).toEqual(token)
})
