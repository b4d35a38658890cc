import { readFileSync } from 'node:fs'
import type https from 'node:https'
import { openLine } from '../transport/post.ts'
import type { HttpLine } from '../transport/post.ts'
import { openSecureAgent } from '../transport/secure.ts'
import { createServiceBusTransport } from '../transport/queue.ts'
import type { QueueTransport } from '../transport/transport.ts'
import { isLoopback } from './configuration.ts'
import type { AgentConfiguration } from './configuration.ts'
import { ProgramError, messageOf } from './problems.ts'

export interface Lines {
  readonly api: HttpLine
  readonly queue: QueueTransport
  close(): void
}

/** Every way out of this host, as its configuration says: the API and the queue, through the same proxy. */
export function openLines(configuration: AgentConfiguration): Lines {
  const { server, pins } = configuration
  if (isLoopback(server)) {
    const api = openLine(server)
    return { api, queue: createServiceBusTransport(), close: () => api.agent.destroy() }
  }
  const toApi = secureAgent(configuration, pins.api)
  const toQueue = secureAgent(configuration, pins.queue)
  const api = openLine(server, { secure: toApi })
  return {
    api,
    queue: createServiceBusTransport({ kind: 'webSocket', agent: toQueue }),
    close() {
      toApi.destroy()
      toQueue.destroy()
    },
  }
}

function secureAgent(
  { proxy, authorityFile }: AgentConfiguration,
  pins: readonly string[] = [],
): https.Agent {
  return openSecureAgent({
    pins,
    ...(proxy === undefined ? {} : { proxy }),
    ...(authorityFile === undefined ? {} : { extraAuthorities: readAuthorities(authorityFile) }),
  })
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ProgramError('badConfiguration', `authorityFile ${file}: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}

/** What must never be written: a proxy's password, as it stands and as it is sent. */
export function secretsOf({ proxy }: AgentConfiguration): string[] {
  if (proxy === undefined) return []
  const { username, password } = new URL(proxy)
  if (password === '') return []
  const basic = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return [password, decodeURIComponent(password), Buffer.from(basic).toString('base64')]
}
