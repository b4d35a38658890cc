import { ServiceBusClient, type ServiceBusReceiver, type ServiceBusReceivedMessage } from '@azure/service-bus'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker, type Broker, type BrokerOptions } from '../../../../infra/local/servicebus/broker.ts'

export const rules: BrokerOptions['rules'] = [
  { name: 'root', key: 'root-key', rights: ['Manage'] },
  { name: 'listener', key: 'listen-key', rights: ['Listen'] },
  { name: 'sender', key: 'send-key', rights: ['Send'] },
]

/** A running broker whose clock a test can push forward, with clients that are closed at the end. */
export interface World {
  readonly broker: Broker
  readonly clock: { ahead: number; now(): number }
  connect(connectionString?: string): ServiceBusClient
  /** Pushes the clock forward and lets the broker's tick see it. */
  leap(ms: number): Promise<void>
  keyConnection(rule: string): string
  sasConnection(token: string): string
  close(): Promise<void>
}

const retryOptions = { maxRetries: 0, timeoutInMs: 5_000 }

export async function openWorld(options: Partial<BrokerOptions> = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'servicebus-'))
  const clock = { ahead: 0, now: (): number => Date.now() + clock.ahead }
  const dataFile = join(folder, 'broker.db')
  const broker = await startBroker({ dataFile, port: 0, adminPort: 0, rules, now: clock.now, ...options })
  const clients: ServiceBusClient[] = []
  const endpoint = `Endpoint=sb://127.0.0.1:${broker.port};UseDevelopmentEmulator=true`
  const keyOf = (rule: string): string => rules.find(({ name }) => name === rule)?.key ?? ''
  const keyConnection = (rule: string): string =>
    `${endpoint};SharedAccessKeyName=${rule};SharedAccessKey=${keyOf(rule)}`
  return {
    broker,
    clock,
    keyConnection,
    sasConnection: (token) => `${endpoint};SharedAccessSignature=${token}`,
    connect: (connectionString = keyConnection('root')) => {
      const client = new ServiceBusClient(connectionString, { retryOptions })
      clients.push(client)
      return client
    },
    leap: async (ms) => {
      clock.ahead += ms
      await new Promise((resolve) => void setTimeout(resolve, 60))
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()))
      await broker.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A shared access signature as any issuer would make it. `expires` is epoch milliseconds. */
export function mintSas(rule: string, key: string, resource: string, expires: number): string {
  const sr = encodeURIComponent(resource)
  const se = Math.floor(expires / 1000)
  const sig = createHmac('sha256', key).update(`${sr}\n${se}`).digest('base64')
  return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(sig)}&se=${se}&skn=${rule}`
}

/** The next message, or a failure that says there was none. */
export async function receiveOne(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 3_000 })
  if (message === undefined) throw new Error('No message arrived within three seconds.')
  return message
}

/** A value that the test cannot go on without. */
export function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}.`)
  return value
}

/** Whatever is there now: short, for proving absence. */
export const receiveNone = (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> =>
  receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })
