import { createHmac, generateKeyPairSync } from 'node:crypto'
import { maxEnvelopeBytes } from '../../orchestrations/contracts/command.ts'
import type { Command } from '../../orchestrations/contracts/command.ts'
import { taskKinds } from '../../orchestrations/contracts/tasks.ts'
import { ClientId, ServerId } from '../../orchestrations/domain/ids.ts'
import { commandFor, commandKey, inspect, install, reboot, signEnvelope, start } from './fakes.ts'

/** What a mutated message must come to: `rejected` unread, or read and `refused`. Neither does anything. */
export type Fate = 'rejected' | 'refused'

export interface Mutated {
  readonly family: Family
  readonly body: unknown
  readonly fate: Fate
}

type Random = () => number

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const other = { clientId: ClientId.parse('mairie'), serverId: ServerId.parse('mairie.srv01') }
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const integer = (random: Random, bound: number): number => Math.floor(random() * bound)
function pick<T>(random: Random, items: readonly T[]): T {
  if (items.length === 0) throw new RangeError('there is nothing to pick')
  return items[integer(random, items.length)] as T
}

/** Signing costs more than all the rest: as many good messages as this are made, and mutated again and again. */
const stock = Array.from({ length: 64 }, (_, index) =>
  signEnvelope(commandFor(`stock-${index}`, pickTask(index))),
)
function pickTask(index: number) {
  return [install, reboot, inspect][index % 3] ?? install
}

/** Signed as they should be, and yet not to be carried out here and now. */
const misdirected: readonly string[] = [
  { audience: other },
  { audience: { ...other, clientId: commandFor('x', inspect).audience.clientId } },
  { epoch: 1 },
  { fence: 1 },
  { startBy: start - 1 },
  { notAfter: start - 1 },
].map((changes, index) =>
  signEnvelope(commandFor(`misdirected-${index}`, install, { epoch: 5, fence: 5, ...changes })),
)

const split = (jws: string): [string, string, string] => {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  return [header, payload, signature]
}
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>

function replaceAt(text: string, at: number, by: string, removed = by.length): string {
  return text.slice(0, at) + by + text.slice(at + removed)
}

const headers: readonly object[] = [
  { alg: 'none' },
  { alg: 'None' },
  { alg: 'HS256' },
  { alg: 'ES384' },
  { alg: 'RS256' },
  { alg: ['ES256'] },
  { typ: 'JWT' },
  { typ: null },
  { kid: 'test-2' },
  { kid: '../test-1' },
  { kid: '' },
  { kid: '__proto__' },
  { kid: 'constructor' },
  { crv: 'P-384' },
  { crit: ['exp'] },
  { b64: false },
  { jwk: commandKey },
  { x5u: 'https://example.org/key' },
]

/** One way in which a message goes wrong, by chance or by somebody's hand. None of them can be signed anew. */
const families = {
  bit(jws: string, random: Random) {
    const bytes = Buffer.from(jws)
    const at = integer(random, bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << integer(random, 8))
    return bytes
  },
  signatureBit(jws: string, random: Random) {
    const [header, payload, signature] = split(jws)
    const bytes = Buffer.from(signature, 'base64url')
    const at = integer(random, bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << integer(random, 8))
    return `${header}.${payload}.${bytes.toString('base64url')}`
  },
  signatureShape(jws: string, random: Random) {
    const [header, payload, signature] = split(jws)
    const bytes = Buffer.from(signature, 'base64url')
    const shapes = [
      Buffer.alloc(64),
      Buffer.alloc(64, 0xff),
      bytes.subarray(0, integer(random, 64)),
      Buffer.concat([bytes, Buffer.of(0)]),
      Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]),
      Buffer.concat([Buffer.of(0x30, 0x44, 0x02, 0x20), bytes]),
    ]
    return `${header}.${payload}.${pick(random, shapes).toString('base64url')}`
  },
  base64url(jws: string, random: Random) {
    const at = integer(random, jws.length)
    switch (integer(random, 4)) {
      case 0:
        return replaceAt(jws, at, pick(random, alphabet.split('')))
      case 1:
        return replaceAt(jws, at, pick(random, alphabet.split('')), 0)
      case 2:
        return replaceAt(jws, at, '', 1 + integer(random, 8))
      default:
        return replaceAt(jws, at, pick(random, ['=', '+', '/', ' ', '\n', '%2e', '\0']), 0)
    }
  },
  header(jws: string, random: Random) {
    const [header, payload, signature] = split(jws)
    return `${encode({ ...decode(header), ...pick(random, headers) })}.${payload}.${signature}`
  },
  unsigned(jws: string, random: Random) {
    const [, payload, signature] = split(jws)
    const header = encode({ alg: 'none', typ: 'atlas+jws', kid: 'test-1' })
    return `${header}.${payload}.${random() < 0.5 ? '' : signature}`
  },
  /** The public key as an HMAC's secret. */
  confusedKey(jws: string, random: Random) {
    const [, payload] = split(jws)
    const input = `${encode({ alg: pick(random, ['HS256', 'ES256']), typ: 'atlas+jws', kid: 'test-1' })}.${payload}`
    const secret = JSON.stringify(commandKey)
    const mac = createHmac('sha512', secret).update(input).digest('base64url')
    return `${input}.${mac}`
  },
  /** A well-formed command of another content under the signature of this one. */
  payload(jws: string, random: Random) {
    const [header, payload, signature] = split(jws)
    const changes: Record<string, unknown> = {
      commandId: `forged-${integer(random, 1e9)}`,
      epoch: integer(random, 1000),
      fence: integer(random, 1000),
      startBy: start + integer(random, 1e9),
      notAfter: start + integer(random, 1e9),
      task: { kind: pick(random, taskKinds), params: {} },
      audience: pick(random, [other, commandFor('x', inspect).audience]),
      type: pick(random, ['command', 'stop', 'inquire']),
    }
    const names = Object.keys(changes).filter(() => random() < 0.4)
    const chosen = names.length === 0 ? ['commandId'] : names
    const changed = Object.fromEntries(chosen.map((name) => [name, changes[name]]))
    return `${header}.${encode({ ...decode(payload), ...changed })}.${signature}`
  },
  /** Parts of two good messages put together. */
  spliced(jws: string, random: Random) {
    const [header, payload] = split(jws)
    const [, , signature] = split(
      pick(
        random,
        stock.filter((one) => one !== jws),
      ),
    )
    return `${header}.${payload}.${signature}`
  },
  truncated(jws: string, random: Random) {
    return jws.slice(0, integer(random, jws.length))
  },
  huge(jws: string, random: Random) {
    const size = maxEnvelopeBytes + 1 + integer(random, 1_000)
    return pick<unknown>(random, [
      jws + 'A'.repeat(size),
      Buffer.alloc(size, 0x41),
      `${'A'.repeat(size / 2)}.${'A'.repeat(size / 2)}.AAAA`,
    ])
  },
  unicode(jws: string, random: Random) {
    const strange = ['é', '\u{1f4a9}', '\u{202e}', '\u{feff}', '\u{d800}', 'А', '\u{200b}']
    return replaceAt(jws, integer(random, jws.length), pick(random, strange), integer(random, 2))
  },
  shape(jws: string, random: Random) {
    return pick<unknown>(random, [
      undefined,
      null,
      integer(random, 1e9),
      random() < 0.5,
      {},
      [jws],
      { body: jws },
      '',
      '.',
      '..',
      `${jws}.`,
      `.${jws}`,
      `${jws}.${jws}`,
      jws.toUpperCase(),
      Buffer.alloc(0),
      Buffer.from(jws, 'utf16le'),
    ])
  },
} satisfies Record<string, (jws: string, random: Random) => unknown>

export type Family = keyof typeof families | 'stranger' | 'misdirected' | 'replay'
const names = Object.keys(families) as (keyof typeof families)[]

/** Signed by somebody else, as well as can be. */
const strangers = stock
  .slice(0, 8)
  .map((_, index) => signEnvelope(commandFor(`stranger-${index}`, install), {}, stranger))

/**
 * One more message that must do nothing. `seen`: one that was carried out before, to be played again.
 * None is a good message by chance: a mutation that changed nothing is drawn again.
 */
export function mutate(random: Random, seen: string): Mutated {
  const drawn = random()
  if (drawn < 0.05) return { family: 'replay', body: seen, fate: 'refused' }
  if (drawn < 0.1) return { family: 'misdirected', body: pick(random, misdirected), fate: 'refused' }
  if (drawn < 0.15) return { family: 'stranger', body: pick(random, strangers), fate: 'rejected' }
  for (;;) {
    const family = pick(random, names)
    const jws = pick(random, stock)
    const body = families[family](jws, random)
    if (!isGood(body)) return { family, body, fate: 'rejected' }
  }
}

const goods = new Set(stock)
function isGood(body: unknown): boolean {
  return typeof body === 'string' ? goods.has(body) : body instanceof Buffer && goods.has(body.toString())
}

/** A message that must be carried out: without it, nothing would show that the judge can see. */
export function control(id: string): { readonly command: Command; readonly body: string } {
  const command = commandFor(id, inspect, { epoch: 5, fence: 5 })
  return { command, body: signEnvelope(command) }
}
