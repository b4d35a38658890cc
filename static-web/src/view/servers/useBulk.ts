import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Awaits, Refusal } from '../../api/http.ts'
import type { Answers } from '../askDialog.tsx'
import { exclusionHours } from '../client/serverVerbs.ts'
import { refusalText, useCommands } from '../commands.tsx'
import { useLiveBoard, useOperator, useReader } from '../context.tsx'
import { planNowOf, useLive } from '../hooks.ts'
import type { ServerLine } from './useServers.ts'

export const bulkVerbs = ['retry', 'exclude', 'include'] as const
export type BulkVerb = (typeof bulkVerbs)[number]

export interface BulkResult {
  readonly server: ServerLine
  /** Undefined while it waits for its answer. */
  readonly end?: { readonly accepted: boolean; readonly text: string }
}

export interface BulkRun {
  readonly verb: BulkVerb
  readonly results: readonly BulkResult[]
}

const hourMs = 3_600_000
/** Few enough to stay below what the server allows one operator. */
const atOnce = 4
const mostTries = 5

/** Asks once with the count, then calls for each server and keeps every answer. */
export function useBulk() {
  const { t } = useReader()
  const { ask } = useCommands()
  const send = useSend()
  const queries = useQueryClient()
  const [run, setRun] = useState<BulkRun>()
  const act = async (verb: BulkVerb, servers: readonly ServerLine[]) => {
    const clients = new Set(servers.map(({ clientId }) => clientId)).size
    const answers = await ask({
      title: t.bulkTitles[verb](servers.length),
      text: [t.bulkWho(servers.length, clients), t.bulkTexts[verb]],
      confirm: t.bulkVerbs[verb],
      ...(verb === 'exclude'
        ? {
            reason: 'required' as const,
            hours: { label: t.howLong, choices: exclusionHours, empty: t.untilIncluded },
          }
        : {}),
    })
    if (!answers) return
    const results: BulkResult[] = servers.map((server) => ({ server }))
    setRun({ verb, results: [...results] })
    let next = 0
    const work = async () => {
      for (let index = next++; index < servers.length; index = next++) {
        const server = servers[index]
        if (!server) return
        results[index] = { server, end: await send(verb, server, answers) }
        setRun({ verb, results: [...results] })
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'now' })
  }
  return { results: run, act, clear: () => setRun(undefined) }
}

/** One call; when the server says "too many", it waits as long as it is told. */
function useSend() {
  const { t } = useReader()
  const { api } = useOperator()
  const live = useLiveBoard()
  const { held } = useLive()
  const once = async (verb: BulkVerb, { serverId }: ServerLine, { reason, hours }: Answers) => {
    const until = hours === undefined ? {} : { until: planNowOf(held) + hours * hourMs }
    if (verb === 'retry') await api.retryServer(serverId, live?.id ?? '', reason)
    else if (verb === 'exclude') await api.excludeServer(serverId, { reason, ...until })
    else await api.includeServer(serverId, reason)
  }
  return async (verb: BulkVerb, server: ServerLine, answers: Answers) => {
    for (let tries = 1; ; tries += 1) {
      try {
        await once(verb, server, answers)
        return { accepted: true, text: t.acceptedShort }
      } catch (cause) {
        if (cause instanceof Awaits) return { accepted: false, text: t.awaitsSecond(server.host) }
        const busy = cause instanceof Refusal && cause.kind === 'tooMany' && tries < mostTries
        if (!busy) return { accepted: false, text: refusalText(cause, t) }
        await new Promise((resolve) => setTimeout(resolve, (cause.retryAfter ?? 1) * 1000))
      }
    }
  }
}
