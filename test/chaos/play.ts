import { setTimeout as delay } from 'node:timers/promises'
import type { Result } from '../../infra/local/start/summary.ts'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import {
  judge,
  provenServers,
  readOperator,
  readRecord,
  type Effect,
  type OperatorLine,
} from '../support/judge.ts'
import { differences, readEndingAtRest, type Outcome } from '../support/outcomes.ts'
import { openRehearsal, type RehearsalOptions } from '../support/rehearsal.ts'
import type { Killer } from './killers.ts'

export interface Played {
  readonly result: Result
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly kills: number
  readonly effects: number
  /** Calls of the operator's that were granted. */
  readonly operated: number
  /** What is wrong, one line each; empty when nothing is. */
  readonly evidence: readonly string[]
}

export interface Play extends RehearsalOptions {
  readonly inventory: Inventory
  readonly killer: Killer
  /** Outcomes to compare with: those of the run without kills. */
  readonly expected?: ReadonlyMap<string, Outcome>
  readonly topology?: boolean
  /** Wire milliseconds in which what happened is known and acted upon, kills included. */
  readonly delayMs?: number
  /** Wire milliseconds after which a campaign that has not ended is stuck. */
  readonly patienceMs?: number
  readonly onTrouble?: (data: string) => void
}

const restartsAllowed = ['--restarts-per-minute', '1000']

/** Plays a campaign to its end while the killer does its work, and judges what it left behind. */
export async function play(options: Play): Promise<Played> {
  const { inventory, killer, expected, topology = true } = options
  const rehearsal = await openRehearsal({ ...options, more: [...restartsAllowed, ...(options.more ?? [])] })
  try {
    const first = rehearsal.start()
    await rehearsal.started(first)
    const played = killer(rehearsal, first).then(async ({ run, kills }) => ({
      run,
      kills,
      result: await run.result,
    }))
    const ended = played.then(async (end) => ({ ...end, ...(await readEndingAtRest(rehearsal.api())) }))
    const { run, kills, result, outcomes, brokenLedgers } = await notStuck(ended, options.patienceMs)
    const record = readRecord(rehearsal.data)
    const operator = readOperator(rehearsal.data)
    await run.stop()
    const { speed, delayMs } = options
    const terms = {
      inventory,
      topology,
      operator,
      over: true,
      ...(speed === undefined ? {} : { speed }),
      ...(delayMs === undefined ? {} : { delayMs }),
    }
    const evidence = [
      ...judge(record, terms).map((found) => `${found.rule}: ${found.evidence}`),
      ...brokenLedgers.map((line) => `ledger: ${line}`),
      ...lost(inventory, outcomes, record, operator),
      ...(expected === undefined ? [] : differences(expected, outcomes).map((line) => `outcome: ${line}`)),
    ]
    if (evidence.length > 0) options.onTrouble?.(rehearsal.data)
    const effects = record.filter(({ phase }) => phase !== 'seen').length
    return { result, outcomes, kills, effects, operated: operator.filter(({ ok }) => ok).length, evidence }
  } catch (error) {
    options.onTrouble?.(rehearsal.data)
    throw error
  } finally {
    await rehearsal.remove()
  }
}

/** A campaign that doesn't end is a finding; the processes are killed when its folder is removed. */
async function notStuck<T>(played: Promise<T>, patienceMs: number | undefined): Promise<T> {
  if (patienceMs === undefined) return played
  const late = delay(patienceMs, undefined, { ref: false }).then(() => {
    throw new Error(`stuck: it has not ended after ${patienceMs / 1_000} s`)
  })
  return Promise.race([played, late])
}

/** Servers without a named outcome, and successes that their machines don't bear out. */
function lost(
  { servers, clients }: Inventory,
  outcomes: ReadonlyMap<string, Outcome>,
  record: readonly Effect[],
  operator: readonly OperatorLine[],
): string[] {
  const proven = provenServers(record, { servers, clients })
  const resolved = new Set(
    operator.filter(({ action }) => action === 'resolveServer').map(({ serverId }) => serverId),
  )
  return servers.flatMap(({ serverId }) => {
    const outcome = outcomes.get(serverId)
    if (outcome === undefined || ['pending', 'running', 'unknown'].includes(outcome.outcome))
      return [`lost: ${serverId} has no outcome: ${outcome?.outcome ?? 'it is not in the campaign'}`]
    return outcome.outcome === 'succeeded' && !proven.has(serverId) && !resolved.has(serverId)
      ? [`lost: ${serverId} succeeded, but its machine never proved it`]
      : []
  })
}
