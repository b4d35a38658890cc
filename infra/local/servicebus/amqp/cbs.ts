import { z } from 'zod'
import type { Namespace } from '../namespace.ts'
import type { Claims } from './claims.ts'
import type { Reply } from './endpoint.ts'

const putTokenRequest = z.object({
  body: z.string(),
  application_properties: z.object({ operation: z.literal('put-token'), name: z.string() }),
})

const status = (code: number, description: string): Reply => ({
  application_properties: { 'status-code': code, 'status-description': description },
})

/**
 * Claims-based security: `put-token` on `$cbs`.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide#claims-based-authorization
 */
export function putToken(request: unknown, claims: Claims, namespace: Namespace): Reply {
  const parsed = putTokenRequest.safeParse(request)
  if (!parsed.success) return status(400, `Malformed put-token: ${z.prettifyError(parsed.error)}`)
  const { name } = parsed.data.application_properties
  const put = claims.put(name, parsed.data.body)
  if (put.status !== 202) return status(put.status, put.description)
  const entity = entityName(name)
  if (entity !== '' && namespace.find(entity) === undefined) {
    return status(404, `The messaging entity '${entity}' could not be found.`)
  }
  return status(202, 'Accepted')
}

const entityName = (audience: string): string =>
  audience
    .replace(/^[a-z]+:\/\/[^/]*\/?/i, '')
    .replace(/\/\$management$/i, '')
    .replace(/\/$/, '')
