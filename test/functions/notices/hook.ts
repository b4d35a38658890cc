import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signatureOf } from '../../../functions/adapters/webhook.ts'
import { NoticeEvent } from '../../../orchestrations/contracts/api.ts'

/** How the receiver answers. */
export type Answer = number | 'closes' | 'redirects' | 'neverEnds'

/** A real receiver that verifies each signature as its owner would, and keeps what it accepted. */
export async function startHook(secret: string) {
  const accepted: NoticeEvent[] = []
  const refused: string[] = []
  const asked: string[] = []
  let answer: Answer = 204
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const [, time = '', given = ''] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['atlas-signature'])) ?? []
      if (given === '' || given !== signatureOf(secret, Number(time), body)) {
        refused.push(body)
        response.writeHead(401).end()
        return
      }
      if (answer === 'closes') {
        request.socket.destroy()
        return
      }
      if (answer === 'redirects') {
        response.writeHead(302, { location: '/elsewhere' }).end()
        return
      }
      if (answer === 'neverEnds') {
        response.writeHead(200)
        response.write('x')
        accepted.push(NoticeEvent.parse(JSON.parse(body)))
        return
      }
      if (answer < 300) accepted.push(NoticeEvent.parse(JSON.parse(body)))
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    accepted,
    refused,
    asked,
    become: (next: Answer) => {
      answer = next
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
export type Hook = Awaited<ReturnType<typeof startHook>>
