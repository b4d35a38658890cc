import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTransport } from 'nodemailer'
import type { MailSettings } from '../settings.ts'

export interface Attachment {
  readonly filename: string
  readonly content: string
  readonly contentType: string
}

export interface Mail {
  /** Of what it says: the same id makes the same Message-ID, so that a second copy is known as one. */
  readonly id: string
  /** Mails with the same one hang together in a mailbox. */
  readonly thread?: string
  readonly to: readonly string[]
  readonly language: 'en' | 'fr'
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachments?: readonly Attachment[]
  /** Wire time, epoch ms. */
  readonly at: number
}

export interface Mailer {
  /**
   * Answers which recipients the server refused while it took the others. Throws when it took it for nobody, or
   * nobody knows; the error's message holds no secret.
   */
  send(mail: Mail): Promise<readonly string[]>
}

/** Wire ms. A server that doesn't answer by then is tried again later. */
const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** Sends through an SMTP server, or into a folder of .eml files (`file:<folder>`). */
export function createMailer(settings: MailSettings): Mailer {
  return settings.smtp.startsWith('file:') ? folderMailer(settings) : smtpMailer(settings)
}

function smtpMailer(settings: MailSettings): Mailer {
  const url = new URL(settings.smtp)
  const secrets = [url.password, decodeURIComponent(url.password)].filter((text) => text !== '')
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  const transport = createTransport({
    url: settings.smtp,
    ...patience,
    // Passwords and clients' names don't travel in the clear; `?ignoreTLS=true` for a relay that has no TLS.
    requireTLS: !isLocal && url.searchParams.get('ignoreTLS') !== 'true',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      try {
        const { rejected } = await transport.sendMail(messageOf(settings, mail))
        return (rejected ?? []).map(String)
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        throw new Error(without(secrets, text), { cause: error })
      }
    },
  }
}

/** Named after the message, so that a second copy takes the place of the first. */
function folderMailer(settings: MailSettings): Mailer {
  const folder = settings.smtp.startsWith('file://')
    ? fileURLToPath(settings.smtp)
    : settings.smtp.slice('file:'.length)
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    async send(mail) {
      const { message } = await transport.sendMail(messageOf(settings, mail))
      const name = `${new Date(mail.at).toISOString().replaceAll(':', '')}-${digest(mail).slice(0, 8)}`
      await mkdir(folder, { recursive: true })
      const written = join(folder, `.${name}.tmp`)
      await writeFile(written, message)
      await rename(written, join(folder, `${name}.eml`))
      return []
    },
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const digest = ({ id, language }: Mail): string => sha256(`${id} ${language}`)

function messageOf({ from }: MailSettings, mail: Mail) {
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost'
  const root = mail.thread === undefined ? undefined : `<${sha256(mail.thread).slice(0, 32)}@${domain}>`
  return {
    from,
    to: [...mail.to],
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: new Date(mail.at),
    messageId: `<${digest(mail).slice(0, 40)}@${domain}>`,
    ...(root === undefined ? {} : { inReplyTo: root, references: [root] }),
    headers: {
      // RFC 3834: no out-of-office answers this.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': mail.language,
    },
    attachments: (mail.attachments ?? []).map((attachment) => ({ ...attachment })),
  }
}

const without = (secrets: readonly string[], text: string): string =>
  secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text)
