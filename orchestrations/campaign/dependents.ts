import { parseTaskResult } from '../contracts/tasks.ts'
import { hasDependents } from '../domain/dependents.ts'
import type { ServerId } from '../domain/ids.ts'
import { reason, type Reason } from '../domain/reasons.ts'
import { findDependents } from '../steps/catalogue.ts'
import { call, planNow, timerAt, type Story } from '../steps/step.ts'
import { timeoutOf, type Work } from './work.ts'

/** What runs on a server that just booted may need a moment to find it again. */
const looks = 3

/** Before the change: those of a SQL server's or domain controller's dependents that are healthy. */
export function* healthyDependents(work: Work): Story<readonly ServerId[]> {
  const { job } = work
  if (!job.settings.probeDependents || !job.settings.topology || !hasDependents(job.role)) return []
  const healthy: ServerId[] = []
  for (const { serverId, wasHealthy, underWay } of yield* find(work)) {
    if (underWay) continue
    if (wasHealthy || (yield* problemsOf(work, serverId)) === undefined) healthy.push(serverId)
  }
  return healthy
}

/** After the change: the first dependent that was healthy and isn't any more, and what is wrong with it. */
export function* brokenDependent(work: Work, before: readonly ServerId[]): Story<Reason | undefined> {
  if (before.length === 0) return undefined
  const busy = new Set((yield* find(work)).flatMap((one) => (one.underWay ? [one.serverId] : [])))
  for (const serverId of before) {
    const server = nameOf(serverId)
    if (busy.has(serverId)) {
      work.notes.push(reason('dependentNotProbed', { server }))
      continue
    }
    const problems = yield* lastingProblems(work, serverId)
    if (problems !== undefined) return reason('dependentNotHealthy', { server, problems })
  }
  return undefined
}

function* find(work: Work) {
  const { campaignId, clientId, serverId } = work.job
  return yield* call(work.context, findDependents, { campaignId, clientId, serverId })
}

function* lastingProblems(work: Work, on: ServerId): Story<string | undefined> {
  for (let look = 1; ; look++) {
    const problems = yield* problemsOf(work, on)
    if (problems === undefined || look >= looks) return problems
    yield timerAt(work.context, planNow(work.context) + work.job.settings.checkIntervalSeconds * 1000)
  }
}

/** What is wrong with a server; one that doesn't answer is not healthy. */
function* problemsOf(work: Work, on: ServerId): Story<string | undefined> {
  const answer = yield* work.commander.ask({
    step: 'dependents',
    on,
    task: { kind: 'verify', params: { updates: [] } },
    timeoutSeconds: timeoutOf(work, 'dependents'),
    brief: true,
  })
  if (answer.kind !== 'succeeded')
    return answer.kind === 'failed' ? answer.failure.message.slice(0, 500) : answer.kind
  const { healthy, problems } = parseTaskResult('verify', answer.result)
  return healthy ? undefined : problems.join('; ').slice(0, 500)
}

const nameOf = (serverId: ServerId): string => serverId.slice(serverId.indexOf('.') + 1).toUpperCase()
