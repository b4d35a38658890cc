import type { Result } from '../../infra/local/start/summary.ts'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { judge, readEffects } from '../support/judge.ts'
import { differences, readEnding, type Outcome } from '../support/outcomes.ts'
import { openRehearsal, type RehearsalOptions } from '../support/rehearsal.ts'
import type { Killer } from './killers.ts'

export interface Played {
  readonly result: Result
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly kills: number
  readonly effects: number
  /** What is wrong, one line each; empty when nothing is. */
  readonly evidence: readonly string[]
}

export interface Play extends RehearsalOptions {
  readonly inventory: Inventory
  readonly killer: Killer
  /** Outcomes to compare with: those of the run without kills. */
  readonly expected?: ReadonlyMap<string, Outcome>
  readonly topology?: boolean
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
    const { run, kills } = await killer(rehearsal, first)
    const result = await run.result
    const { outcomes, brokenLedgers } = await readEnding(rehearsal.api())
    const effects = readEffects(rehearsal.data)
    await run.stop()
    const evidence = [
      ...judge(effects, { inventory, topology }).map((found) => `${found.rule}: ${found.evidence}`),
      ...brokenLedgers.map((line) => `ledger: ${line}`),
      ...lost(inventory, outcomes, effects),
      ...(expected === undefined ? [] : differences(expected, outcomes).map((line) => `outcome: ${line}`)),
    ]
    if (evidence.length > 0) options.onTrouble?.(rehearsal.data)
    return { result, outcomes, kills, effects: effects.length, evidence }
  } finally {
    await rehearsal.remove()
  }
}

/** Servers without a named outcome, and successes of which the machines know nothing. */
function lost(
  { servers, clients }: Inventory,
  outcomes: ReadonlyMap<string, Outcome>,
  effects: ReturnType<typeof readEffects>,
): string[] {
  const names = new Map(clients.map(({ clientId, name }) => [clientId, name]))
  const installed = new Set(
    effects
      .filter(({ kind, phase }) => kind === 'install' && phase === 'ended')
      .map(({ client, server }) => `${client} ${server}`),
  )
  return servers.flatMap(({ serverId, clientId, host }) => {
    const outcome = outcomes.get(serverId)
    if (outcome === undefined || ['pending', 'running', 'unknown'].includes(outcome.outcome))
      return [`lost: ${serverId} has no outcome: ${outcome?.outcome ?? 'it is not in the campaign'}`]
    return outcome.outcome === 'succeeded' && !installed.has(`${names.get(clientId) ?? ''} ${host}`)
      ? [`lost: ${serverId} succeeded, but its machine never ended an installation`]
      : []
  })
}
