import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { ServiceBusClient } from '@azure/service-bus'
import type { QueueAccess } from '../../orchestrations/contracts/agent.ts'
import { clientOf, queueOf, type Mailbox, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { Clocks } from './clock.ts'
import { connectionFields } from './connectionString.ts'
import { SenderPool } from './senders.ts'

/** Signed messages to agents, one queue per host, clients spread over namespaces. */
export interface CommandBus {
  /** Sends a compact JWS. Resolves when the broker has it; throws when that isn't certain. */
  send(to: Mailbox, messageId: string, jws: string, timeToLiveMs: number): Promise<void>
  /** A listen-only connection string for one host's own queue. */
  access(to: Mailbox): QueueAccess
  close(): Promise<void>
}

/** A queue-scoped SAS lasts this long, wire ms; the agent asks for a new one with its heartbeats. */
const accessMs = 75 * 60_000
const retryOptions = { maxRetries: 3, retryDelayInMs: 500, timeoutInMs: 10_000 }

class Namespace {
  readonly senders: SenderPool
  readonly #fields: Map<string, string>
  readonly #host: string
  readonly #key: KeyObject

  constructor(connectionString: string) {
    this.#fields = connectionFields(connectionString)
    const endpoint = this.#fields.get('Endpoint')
    if (endpoint === undefined) throw new Error('A connection string of Service Bus has no Endpoint')
    this.#host = new URL(endpoint.replace(/^sb:/, 'http:')).hostname
    this.#key = createSecretKey(this.#fields.get('SharedAccessKey') ?? '', 'utf8')
    this.senders = new SenderPool(() => new ServiceBusClient(connectionString, { retryOptions }))
  }

  /** Source: learn.microsoft.com, "Shared Access Authorization with Service Bus". */
  accessTo(queue: string, expiresAt: number): string {
    const name = this.#fields.get('SharedAccessKeyName') ?? ''
    const resource = encodeURIComponent(`sb://${this.#host}/${queue}`)
    const expiry = Math.ceil(expiresAt / 1000)
    const signature = createHmac('sha256', this.#key).update(`${resource}\n${expiry}`).digest('base64')
    const sas = `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${name}`
    const kept = [...this.#fields].filter(
      ([field]) => !field.startsWith('SharedAccess') && field !== 'EntityPath',
    )
    return [...kept.map(([field, value]) => `${field}=${value}`), `SharedAccessSignature=${sas}`].join(';')
  }
}

function bucketOf(text: string, buckets: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % buckets
}

/** `connectionStrings`: one per namespace, in a fixed order: a client's place must never change. */
export function createBus(connectionStrings: readonly string[], clocks: Clocks): CommandBus {
  const namespaces = connectionStrings.map((text) => new Namespace(text))
  const namespaceOf = (id: ServerId): Namespace => {
    const found = namespaces[bucketOf(clientOf(id), namespaces.length)]
    if (!found) throw new RangeError('No Service Bus namespace is configured')
    return found
  }
  return {
    async send(to, messageId, jws, timeToLiveMs) {
      const message = { body: jws, messageId, contentType: 'application/jose', timeToLive: timeToLiveMs }
      await namespaceOf(to.serverId).senders.send(queueOf(to), message)
    },
    access(to) {
      const queue = queueOf(to)
      const expiresAt = clocks.wire() + accessMs
      return { queue, expiresAt, connectionString: namespaceOf(to.serverId).accessTo(queue, expiresAt) }
    },
    async close() {
      await Promise.all(namespaces.map(({ senders }) => senders.close()))
    },
  }
}
