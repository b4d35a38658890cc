import { createHmac } from 'node:crypto'
import type { NoticeEvent } from '../../orchestrations/contracts/api.ts'
import type { WebhookSettings } from '../settings.ts'
import type { Clocks } from './clock.ts'

export interface Webhook {
  /** Throws unless the receiver answered 2xx. */
  post(event: NoticeEvent): Promise<void>
}

/** Wire ms for the whole exchange. */
const patienceMs = 10_000

/** Posts signed notices (contracts/api/notices.ts, NoticeEvent). Never follows a redirect, never logs the secret. */
export function createWebhook({ url, secret }: WebhookSettings, clocks: Pick<Clocks, 'wire'>): Webhook {
  return {
    async post(event) {
      const body = JSON.stringify(event)
      const time = Math.floor(clocks.wire() / 1000)
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'ATLAS',
          'atlas-notice-id': encodeURIComponent(event.id),
          'atlas-signature': `t=${time},v1=${signatureOf(secret, time, body)}`,
        },
      }).catch((error: unknown) => {
        throw new Error(`The webhook could not be reached: ${causeOf(error)}`)
      })
      // What it says beyond the status is of no use here, and may have no end.
      await response.body?.cancel().catch(() => undefined)
      if (!response.ok) throw new Error(`The webhook answered ${response.status}`)
    },
  }
}

/** Hex HMAC-SHA256 of `<unix seconds>.<body>`. */
export const signatureOf = (secret: string, time: number, body: string): string =>
  createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return error.message
}
