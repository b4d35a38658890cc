import type {
  ProcessErrorArgs,
  ServiceBusError,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus'
import type https from 'node:https'
import type { QueueAccess } from '../../orchestrations/contracts/agent.ts'
import type { QueueConnection, QueueHolder, QueueTransport, Settlement } from './transport.ts'

/** After these the SDK's receiver would only ask in vain: the access itself has to be renewed. */
const hopeless = new Set(['UnauthorizedAccess', 'MessagingEntityNotFound', 'MessagingEntityDisabled'])

/**
 * The agent's queue through the official SDK: one message at a time, peek-lock, settled by the agent itself.
 * The lock is not renewed: a message is settled as soon as its command is in the journal, work needs no lock.
 */
export function createServiceBusTransport(line: QueueLine = { kind: 'asTold' }): QueueTransport {
  return { connect: (access) => connect(access, line) }
}

/** How the queue is reached. */
export type QueueLine =
  /** AMQP as the access says: a rehearsal's own broker listens without TLS. */
  | { readonly kind: 'asTold' }
  /** AMQP over WebSockets on 443, through the agent's proxy and against its pins; nothing else is dialled. */
  | { readonly kind: 'webSocket'; readonly agent: https.Agent }

async function connect(access: QueueAccess, line: QueueLine): Promise<QueueConnection> {
  if (line.kind === 'webSocket' && isUnprotected(access))
    throw new Error('the server names a queue without TLS: not dialled')
  // Only now: most of its life an agent waits for its night, and the SDK takes a fifth of its memory.
  const [{ ServiceBusClient, isServiceBusError }, { WebSocket }] = await Promise.all([
    import('@azure/service-bus'),
    import('ws'),
  ])
  const client = new ServiceBusClient(access.connectionString, {
    retryOptions: { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 5_000, timeoutInMs: 15_000 },
    ...(line.kind === 'webSocket' && {
      webSocketOptions: { webSocket: WebSocket, webSocketConstructorOptions: { agent: line.agent } },
    }),
  })
  const receiver = client.createReceiver(access.queue, {
    receiveMode: 'peekLock',
    maxAutoLockRenewalDurationInMs: 0,
  })
  let holder = Promise.withResolvers<QueueHolder>()
  let current: QueueHolder | undefined
  let lost: Error | undefined
  receiver.subscribe(
    {
      processMessage: async (message) =>
        settle(receiver, message, await (await holder.promise).onMessage(message.body)),
      processError: async ({ error, errorSource }: ProcessErrorArgs) => {
        if (lost !== undefined || !isEndOf(isServiceBusError(error) ? error : undefined, errorSource, line))
          return
        lost = error
        current?.onLost(error)
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: 1 },
  )
  return {
    access,
    hold(next) {
      if (current !== undefined) holder = Promise.withResolvers()
      current = next
      if (next === undefined) return
      holder.resolve(next)
      if (lost !== undefined) next.onLost(lost)
    },
    close: () => client.close(),
  }
}

/** What calls itself the development emulator is dialled in the clear by the SDK. */
function isUnprotected({ connectionString }: QueueAccess): boolean {
  return /UseDevelopmentEmulator\s*=\s*true/i.test(connectionString)
}

/**
 * What is no error of the service (a certificate, a pin, a proxy, a name) the SDK meets again without a pause: the
 * agent comes back with its own back-off, and says why.
 */
function isEndOf(
  error: ServiceBusError | undefined,
  source: ProcessErrorArgs['errorSource'],
  line: QueueLine,
): boolean {
  if (error === undefined) return line.kind === 'webSocket' && source === 'receive'
  return hopeless.has(error.code) || (source === 'receive' && !error.retryable)
}

/** A settlement that the broker doesn't take (its lock ran out) is no harm: the journal knows the command. */
async function settle(
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  settlement: Settlement,
): Promise<void> {
  switch (settlement.kind) {
    case 'complete':
      return receiver.completeMessage(message)
    case 'leave':
      return
    case 'deadLetter':
      return receiver.deadLetterMessage(message, {
        deadLetterReason: settlement.reason,
        deadLetterErrorDescription: settlement.description,
      })
  }
}
