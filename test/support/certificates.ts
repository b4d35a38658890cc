import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** A certificate with its key, as a server needs them. */
export interface Issued {
  readonly cert: string
  readonly key: string
  readonly privateKey: KeyObject
  readonly name: string
}

export interface CertificateWish {
  readonly name: string
  /** Who signs it; nobody: it signs itself. */
  readonly by?: Issued
  readonly isAuthority?: boolean
  /** A key that exists already: a certificate that is renewed. */
  readonly privateKey?: KeyObject
  readonly days?: { readonly from: number; readonly to: number }
}

/** A certificate of 127.0.0.1 and localhost, made on the spot. Source: RFC 5280, 4.1. */
export function issue({ name, by, isAuthority = false, privateKey, days }: CertificateWish): Issued {
  const key = privateKey ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const { from, to } = days ?? { from: -1, to: 365 }
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(by?.name ?? name),
    sequence(time(from), time(to)),
    nameOf(name),
    publicKey,
    explicit(3, sequence(constraints(isAuthority), ...(isAuthority ? [] : [names]))),
  )
  const signature = sign('sha256', body, by?.privateKey ?? key)
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.of(0), signature))
  const lines = (der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey: key,
    name,
  }
}

function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const size = content.length
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, Math.floor(size / 256), size % 256]
  return Buffer.concat([Buffer.of(tag, ...length), content])
}

const sequence = (...contents: readonly Uint8Array[]) => tagged(0x30, ...contents)
const explicit = (number: number, content: Uint8Array) => tagged(0xa0 + number, content)
const integer = (bytes: Uint8Array) => tagged(0x02, bytes)
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))
const octets = (content: Uint8Array) => tagged(0x04, content)
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

const nameOf = (name: string) =>
  sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(name)))))

function time(days: number): Buffer {
  const at = new Date(Date.now() + days * 86_400_000).toISOString()
  return tagged(0x18, Buffer.from(at.replaceAll(/[-:T]|\.\d+/g, '')))
}

/** Basic constraints, critical. */
const constraints = (isAuthority: boolean) =>
  sequence(
    oid('551d13'),
    tagged(0x01, Buffer.of(0xff)),
    octets(sequence(...(isAuthority ? [tagged(0x01, Buffer.of(0xff))] : []))),
  )

/** Subject alternative names. */
const names = sequence(
  oid('551d11'),
  octets(sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.of(127, 0, 0, 1)))),
)
