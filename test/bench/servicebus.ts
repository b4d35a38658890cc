import { ServiceBusClient, type ServiceBusReceiver, type ServiceBusSender } from '@azure/service-bus'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ServiceBusFigures {
  /** Send, receive and complete of one queue, messages a second. */
  readonly singleQueuePerSecond: number
  readonly idleLatencyP50Ms: number
  readonly openSeconds: number
  /** Send, receive and complete over many queues, each receiver on a connection of its own. */
  readonly manyQueuesPerSecond: number
  readonly brokerMegabytes: number
  /** The broker's processor time while all those connections are idle, milliseconds a second. */
  readonly idleCpuMsPerSecond: number
  readonly brokerCpuMicrosPerMessage: number
}

interface Usage {
  readonly rss: number
  readonly cpuMs: number
}

/** Measures the embedded broker in a process of its own, through the official SDK in this one. */
export async function benchServiceBus(queues = 1_000, singleMessages = 5_000): Promise<ServiceBusFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-servicebus-'))
  const broker = fork(join(import.meta.dirname, 'servicebus-broker.ts'), [join(folder, 'broker.db')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  try {
    const connection = await connectionString(broker)
    const single = await singleQueue(connection, singleMessages)
    const many = await manyQueues(connection, broker, queues)
    return { ...single, ...many }
  } finally {
    broker.kill('SIGKILL')
    await once(broker, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}

const retryOptions = { maxRetries: 1, timeoutInMs: 20_000 }
const connect = (connection: string): ServiceBusClient => new ServiceBusClient(connection, { retryOptions })

async function connectionString(broker: ChildProcess): Promise<string> {
  const [line] = (await once(broker.stdout ?? broker, 'data')) as [Buffer]
  const { port } = JSON.parse(line.toString()) as { port: number }
  return `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=root;SharedAccessKey=bench-key;UseDevelopmentEmulator=true`
}

async function usage(broker: ChildProcess): Promise<Usage> {
  broker.send('usage')
  const [answer] = (await once(broker, 'message')) as [Usage]
  return answer
}

async function singleQueue(
  connection: string,
  count: number,
): Promise<Pick<ServiceBusFigures, 'singleQueuePerSecond' | 'idleLatencyP50Ms'>> {
  const client = connect(connection)
  const sender = client.createSender('q-single')
  const receiver = client.createReceiver('q-single')
  const arrivals = collect(receiver)
  const latencies: number[] = []
  for (let i = 0; i < 200; i++) {
    const start = performance.now()
    await sender.sendMessages({ body: { i } })
    await arrivals.reached(i + 1)
    latencies.push(performance.now() - start)
  }
  const start = performance.now()
  await sendAll(
    Array.from({ length: count }, () => sender),
    100,
  )
  await arrivals.reached(200 + count)
  const seconds = (performance.now() - start) / 1000
  await client.close()
  latencies.sort((a, b) => a - b)
  return { singleQueuePerSecond: count / seconds, idleLatencyP50Ms: latencies[100] ?? 0 }
}

type ManyFigures = Omit<ServiceBusFigures, 'singleQueuePerSecond' | 'idleLatencyP50Ms'>

async function manyQueues(connection: string, broker: ChildProcess, queues: number): Promise<ManyFigures> {
  const opened = performance.now()
  const clients = Array.from({ length: queues }, () => connect(connection))
  const receivers = clients.map((client, index) => client.createReceiver(`q-${index}`))
  const arrivals = receivers.map(collect)
  // Senders share connections, 40 links each.
  const hubs = Array.from({ length: Math.ceil(queues / 40) }, () => connect(connection))
  const senders = receivers
    .map((_, index) => hubs[Math.floor(index / 40)]?.createSender(`q-${index}`))
    .filter((sender) => sender !== undefined)
  await sendAll(senders, 100)
  await Promise.all(arrivals.map((arrival) => arrival.reached(1)))
  const openSeconds = (performance.now() - opened) / 1000
  const before = await usage(broker)
  await new Promise((resolve) => void setTimeout(resolve, 3_000))
  const idle = await usage(broker)
  const rounds = 5
  const start = performance.now()
  for (let round = 0; round < rounds; round++) await sendAll(senders, 100)
  await Promise.all(arrivals.map((arrival) => arrival.reached(1 + rounds)))
  const seconds = (performance.now() - start) / 1000
  const after = await usage(broker)
  await Promise.all([...clients, ...hubs].map((client) => client.close()))
  return {
    openSeconds,
    manyQueuesPerSecond: (queues * rounds) / seconds,
    brokerMegabytes: after.rss / 1e6,
    idleCpuMsPerSecond: (idle.cpuMs - before.cpuMs) / 3,
    brokerCpuMicrosPerMessage: ((after.cpuMs - idle.cpuMs) * 1000) / (queues * rounds),
  }
}

function collect(receiver: ServiceBusReceiver): { reached(count: number): Promise<void> } {
  let seen = 0
  let waiting: { count: number; resolve: () => void } | undefined
  receiver.subscribe(
    {
      processMessage: async (message) => {
        await receiver.completeMessage(message)
        seen++
        if (waiting !== undefined && seen >= waiting.count) waiting.resolve()
      },
      processError: async ({ error }) => void process.stderr.write(`${error.message}\n`),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: 1 },
  )
  const reached = (count: number): Promise<void> =>
    seen >= count ? Promise.resolve() : new Promise((resolve) => void (waiting = { count, resolve }))
  return { reached }
}

/** One message to each sender, at most `parallel` at a time. */
async function sendAll(senders: readonly ServiceBusSender[], parallel: number): Promise<void> {
  const rest = senders.values()
  const work = async (): Promise<void> => {
    for (const sender of rest)
      await sender.sendMessages({ body: { command: 'noop', payload: 'x'.repeat(200) } })
  }
  await Promise.all(Array.from({ length: parallel }, work))
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchServiceBus(), undefined, 2)}\n`)
