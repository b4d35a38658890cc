import { setTimeout as delay } from 'node:timers/promises'
import { WebPubSubClient } from '@azure/web-pubsub-client'
import { z } from 'zod'
import { wireNow } from '../../infra/local/clock/wire.ts'
import type { Api } from '../../infra/local/start/api.ts'
import { NegotiateAnswer } from '../../orchestrations/contracts/api.ts'
import { Frame, LedgerLine } from '../../orchestrations/contracts/board.ts'
import { demoSlice } from '../support/demoSlice.ts'
import { openRehearsal } from '../support/rehearsal.ts'
import { atMost, percentile, reported, type Bench } from './figures.ts'

const watchedMs = 90_000
const goalMs = 1_000

/** From what a client's ledger says of an event until a viewer of the fleet has a row that includes it. */
export const live: Bench = {
  name: 'live',
  long: true,
  async run(emit) {
    const inventory = demoSlice(200)
    const rehearsal = await openRehearsal({ scenario: 'weekend', inventory, speed: 300 })
    try {
      const run = rehearsal.start()
      await rehearsal.started(run)
      const api = rehearsal.api()
      const viewer = await watch(api)
      const from = wireNow()
      await Promise.race([delay(watchedMs, undefined, { ref: false }), run.result])
      const until = wireNow()
      // What happened last is on its way.
      await delay(5_000)
      await viewer.stop()
      const latencies: number[] = []
      let unseen = 0
      for (const { clientId } of inventory.clients)
        for (const { sequence, at } of await ledgerOf(api, clientId)) {
          if (at < from || at > until) continue
          const seenAt = viewer.seen(clientId, sequence)
          if (seenAt === undefined) unseen += 1
          else latencies.push(seenAt - at)
        }
      await run.stop()
      emit(reported('live.events', latencies.length, 'events'))
      emit(reported('live.unseenEvents', unseen, 'events'))
      emit(reported('live.acceptedToSeenP50', percentile(latencies, 0.5), 'ms'))
      emit(atMost('live.acceptedToSeenP95', percentile(latencies, 0.95), 'ms', goalMs))
      emit(reported('live.acceptedToSeenP99', percentile(latencies, 0.99), 'ms'))
    } finally {
      await rehearsal.remove()
    }
  },
}

/** A viewer as the page is one. `seen`: when it first had a row of the client at this revision or a later one. */
async function watch(api: Api) {
  const arrivals = new Map<string, { readonly revision: number; readonly at: number }[]>()
  const address = async (): Promise<string> => (await api.post('negotiate', {}, NegotiateAnswer)).url
  // The token joins it to its groups.
  const client = new WebPubSubClient({ getClientAccessUrl: address })
  client.on('group-message', ({ message }) => {
    const at = wireNow()
    const frame = Frame.parse(message.data)
    if (frame.type !== 'fleet') return
    for (const { clientId, revision } of frame.rows)
      arrivals.set(clientId, [...(arrivals.get(clientId) ?? []), { revision, at }])
  })
  await client.start()
  return {
    seen: (clientId: string, sequence: number) =>
      arrivals.get(clientId)?.find(({ revision }) => revision >= sequence)?.at,
    stop: async () => {
      client.stop()
      await delay(100)
    },
  }
}

const pageSize = 200

async function ledgerOf(api: Api, clientId: string): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = []
  const Lines = z.object({ lines: z.array(LedgerLine) })
  for (;;) {
    const after = lines.at(-1)?.sequence ?? 0
    const page = await api.get(`ledger/${clientId}?after=${after}&limit=${pageSize}`, Lines)
    lines.push(...page.lines)
    if (page.lines.length < pageSize) return lines
  }
}
