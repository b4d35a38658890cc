import { SMTPServer } from 'smtp-server'

export interface Received {
  readonly to: readonly string[]
  readonly raw: string
  readonly headers: ReadonlyMap<string, string>
}
/** How the server treats the next messages. */
export type Mood = 'takes' | 'refuses' | 'closesMidway' | 'refusesSecondRecipient'

/** A real SMTP server on a free port of 127.0.0.1 that keeps what it is sent. */
export async function startSmtp() {
  const received: Received[] = []
  let mood: Mood = 'takes'
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, session, done) {
      const second = session.envelope.rcptTo.length > 0
      if (mood === 'refusesSecondRecipient' && second) done(new Error('no such mailbox'))
      else done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (mood === 'closesMidway') for (const one of server.connections) one.close()
      })
      stream.on('end', () => {
        if (mood === 'refuses') {
          done(Object.assign(new Error('try later'), { responseCode: 451 }))
          return
        }
        const raw = Buffer.concat(chunks).toString('utf8')
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw,
          headers: headersOf(raw),
        })
        done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    become: (next: Mood) => {
      mood = next
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
      }),
  }
}
export type Smtp = Awaited<ReturnType<typeof startSmtp>>

/** Unfolded headers by lower-case name; encoded words are decoded. */
export function headersOf(raw: string): ReadonlyMap<string, string> {
  const [head = ''] = raw.split('\r\n\r\n')
  return new Map(
    head
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())] as const
      }),
  )
}

/** RFC 2047, as mail programs show it. */
const decodeWords = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?(q|b)\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : quoted(word.replaceAll('_', ' ')),
    )

const quoted = (text: string): string => {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** The parts of a message, decoded, by content type. */
export function partsOf(raw: string): { type: string; disposition: string; text: string }[] {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1]
  if (boundary === undefined) {
    const headers = headersOf(raw)
    const type = headers.get('content-type') ?? ''
    const body = raw.slice(raw.indexOf('\r\n\r\n') + 4)
    const coding = headers.get('content-transfer-encoding') ?? '7bit'
    const text =
      coding === 'base64'
        ? Buffer.from(body, 'base64').toString('utf8')
        : coding === 'quoted-printable'
          ? quoted(body.replaceAll('=\r\n', ''))
          : body
    return [{ type, disposition: headers.get('content-disposition') ?? '', text }]
  }
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => partsOf(part.replace(/^\r\n/, '').replace(/\r\n$/, '')))
}
