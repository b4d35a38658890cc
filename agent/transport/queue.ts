import { ServiceBusClient, isServiceBusError } from '@azure/service-bus'
import type { ProcessErrorArgs, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus'
import type { QueueAccess } from '../../orchestrations/contracts/agent.ts'
import type { QueueConnection, QueueHolder, QueueTransport, Settlement } from './transport.ts'

/** After these the SDK's receiver would only ask in vain: the access itself has to be renewed. */
const hopeless = new Set(['UnauthorizedAccess', 'MessagingEntityNotFound', 'MessagingEntityDisabled'])

/**
 * The agent's queue through the official SDK: one message at a time, peek-lock, settled by the agent itself.
 * The lock is not renewed: a message is settled as soon as its command is in the journal, work needs no lock.
 */
export function createServiceBusTransport(): QueueTransport {
  return { connect }
}

async function connect(access: QueueAccess): Promise<QueueConnection> {
  const client = new ServiceBusClient(access.connectionString, {
    retryOptions: { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 5_000, timeoutInMs: 15_000 },
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
        if (lost !== undefined || !isEndOf(error, errorSource)) return
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

function isEndOf(error: Error, source: ProcessErrorArgs['errorSource']): boolean {
  if (!isServiceBusError(error)) return false
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
