import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { pinOf } from '../../../agent/transport/pins.ts'
import { openLine, post, type HttpLine } from '../../../agent/transport/post.ts'
import { openSecureAgent, type SecureOptions } from '../../../agent/transport/secure.ts'
import { issue, type Issued } from '../../support/certificates.ts'
import { startConnectProxy } from '../../support/connectProxy.ts'

const authority = issue({ name: 'Test authority', isAuthority: true })
const server = issue({ name: 'atlas', by: authority })
const backup = issue({ name: 'atlas', by: authority })
const stranger = issue({ name: 'atlas', by: authority })
const pin = ({ cert }: Issued) => pinOf(new X509Certificate(cert))
const pins = [pin(server), pin(backup)]

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function listen(shown: Issued, chain = ''): Promise<Server> {
  const answering = createServer({ cert: shown.cert + chain, key: shown.key }, (request, response) => {
    request.resume().on('end', () => response.end(JSON.stringify({ path: request.url })))
  })
  await new Promise<void>((done) => answering.listen(0, '127.0.0.1', done))
  closing.push(() => {
    answering.closeAllConnections()
    answering.close()
  })
  return answering
}

function lineTo(listening: Server, options: Partial<SecureOptions>): HttpLine {
  const secure = openSecureAgent({ pins, extraAuthorities: authority.cert, ...options })
  closing.push(() => secure.destroy())
  return openLine(`https://127.0.0.1:${(listening.address() as AddressInfo).port}`, { secure })
}

const ask = async (shown: Issued, options: Partial<SecureOptions> = {}, chain = '') =>
  post(lineTo(await listen(shown, chain), options), '/api/x', '{}')

describe('a pinned server', () => {
  test('is talked to with its key, with its backup key, and with a renewed certificate of the same key', async () => {
    const renewed = issue({ name: 'atlas', by: authority, privateKey: server.privateKey })
    for (const shown of [server, backup, renewed]) expect(await ask(shown)).toMatchObject({ status: 200 })
  })

  test('with a swapped certificate is refused, however well that is signed; the message shows the key', async () => {
    await expect(ask(stranger)).rejects.toThrow(/none of the 2 pinned keys/)
    await expect(ask(stranger)).rejects.toThrow(pin(stranger))
  })

  test('is refused once its certificate has expired, or before it begins', async () => {
    const { privateKey } = server
    const expired = issue({ name: 'atlas', by: authority, privateKey, days: { from: -10, to: -1 } })
    const early = issue({ name: 'atlas', by: authority, privateKey, days: { from: 2, to: 9 } })
    await expect(ask(expired)).rejects.toThrow(/expired/)
    await expect(ask(early)).rejects.toThrow(/not yet valid/)
  })

  test('is refused when nobody trusted has signed it, though its key is pinned', async () => {
    const selfMade = issue({ name: 'atlas', privateKey: server.privateKey })
    await expect(ask(selfMade)).rejects.toThrow(/self-signed/)
  })

  test('may be pinned by its authority, which must really have signed it', async () => {
    expect(await ask(stranger, { pins: [pin(authority), pin(backup)] })).toMatchObject({ status: 200 })
    const other = issue({ name: 'Other authority', isAuthority: true })
    const trusted = `${authority.cert}${other.cert}`
    // A pinned certificate that is only sent along, beside a chain that ends elsewhere.
    const elsewhere = issue({ name: 'atlas', by: other })
    const asked = ask(
      elsewhere,
      { pins: [pin(server), pin(authority)], extraAuthorities: trusted },
      authority.cert + server.cert,
    )
    await expect(asked).rejects.toThrow(/none of the 2 pinned keys/)
  })

  test('of the same name as the pinned authority, but with another key, is refused', async () => {
    const impostor = issue({ name: 'Test authority', isAuthority: true })
    const forged = issue({ name: 'atlas', by: impostor })
    const asked = ask(
      forged,
      { pins: [pin(authority), pin(backup)], extraAuthorities: impostor.cert },
      authority.cert,
    )
    await expect(asked).rejects.toThrow(/none of the 2 pinned keys|signature/)
  })
})

test('without pins any certificate of a trusted authority will do, and no other', async () => {
  expect(await ask(stranger, { pins: [] })).toMatchObject({ status: 200 })
  await expect(ask(issue({ name: 'atlas' }), { pins: [] })).rejects.toThrow(/self-signed/)
})

describe('through a proxy', () => {
  test('requests go by CONNECT, pinned end to end', async () => {
    const proxy = await startConnectProxy()
    closing.push(() => proxy.close())
    const through = { proxy: `http://127.0.0.1:${proxy.port}` }
    expect(await ask(server, through)).toMatchObject({ status: 200, text: '{"path":"/api/x"}' })
    await expect(ask(stranger, through)).rejects.toThrow(/pinned/)
    expect(proxy.tunnels).toHaveLength(2)
    expect(proxy.tunnels[0]).toMatch(/^127\.0\.0\.1:\d+$/)
  })

  test('a proxy that wants a password gets it, and the wrong one opens nothing', async () => {
    const proxy = await startConnectProxy('atlas:s3cret-word')
    closing.push(() => proxy.close())
    const at = `127.0.0.1:${proxy.port}`
    expect(await ask(server, { proxy: `http://atlas:s3cret-word@${at}` })).toMatchObject({ status: 200 })
    const refused = ask(server, { proxy: `http://atlas:wrong@${at}` })
    await expect(refused).rejects.toThrow(/407/)
    await expect(refused).rejects.not.toThrow(/wrong@/)
    expect(proxy.tunnels).toHaveLength(1)
  })

  test('that is not there nothing is reached directly', async () => {
    const proxy = await startConnectProxy()
    await proxy.close()
    await expect(ask(server, { proxy: `http://127.0.0.1:${proxy.port}` })).rejects.toThrow(/ECONNREFUSED/)
  })
})
