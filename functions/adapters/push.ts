import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { DefaultAzureCredential } from '@azure/identity'
import type { Frame } from '../../orchestrations/contracts/board.ts'
import type { ClientId } from '../../orchestrations/domain/ids.ts'

export const fleetGroup = 'fleet'
export const clientGroup = (id: ClientId): string => `client-${id}`

/** Frames to viewers. Push is a convenience: a failure is reported to `onFailure` and costs only a refetch. */
export interface Push {
  send(group: string, frame: Frame): Promise<void>
  /** A viewer's address: read-only, its groups joined already, valid for `minutes`. */
  accessUrl(viewer: string, groups: readonly string[], minutes: number): Promise<string>
}

export function createPush(target: string, hub: string, onFailure: (error: unknown) => void): Push {
  const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } }
  const service = /^https?:/.test(target)
    ? new WebPubSubServiceClient(target, new DefaultAzureCredential(), hub, options)
    : new WebPubSubServiceClient(target, hub, options)
  return {
    async send(group, frame) {
      try {
        await service.group(group).sendToAll(frame, { abortSignal: AbortSignal.timeout(5_000) })
      } catch (error) {
        onFailure(error)
      }
    },
    async accessUrl(viewer, groups, minutes) {
      const token = await service.getClientAccessToken({
        userId: viewer,
        groups: [...groups],
        expirationTimeInMinutes: minutes,
      })
      return token.url
    },
  }
}
