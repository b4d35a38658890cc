import { createHash } from 'node:crypto'
import type { FleetServer } from './fleetFile.ts'
import { silences } from './scenario.ts'
import type { InstallFailure, ScenarioDefinition, Silence, Spread, TimedKind } from './scenario.ts'

type Chance = keyof ScenarioDefinition['chances']

/**
 * The dice of one server. A draw depends on nothing but the seed, the server, the kind of work, its attempt
 * and what is asked: neither order nor kills nor other servers change it.
 */
export interface Draws {
  /** Plan milliseconds. */
  duration(kind: TimedKind, attempt: number): number
  happens(chance: Chance, kind: string, attempt: number): boolean
  /** Uniform in [0, 1). */
  uniform(what: string, kind: string, attempt: number): number
  /** Plan milliseconds that an agent stays away. */
  away(kind: string, attempt: number): number
  installFailure(attempt: number): InstallFailure | undefined
  /** What is behind the silence of an agent that went away. */
  silence(kind: string, attempt: number): Silence
  /** The update that fails on this machine whatever is done, with its HRESULT. */
  brokenUpdate(): { readonly id: string; readonly hresult: string } | undefined
  /** How many times longer what comes over its line takes, from 1. */
  slowness(): number
  /** By how much its wall clock is ahead, wire ms. */
  clockSkewMs(): number
}

export function createDraws(seed: number | string, server: FleetServer, scenario: ScenarioDefinition): Draws {
  const shared = sharedDurations(server, scenario)
  const uniform = (what: string, kind: string, attempt: number): number =>
    hashToUnit(JSON.stringify([seed, server.serverId, kind, attempt, what]))
  const spread = (of: Spread, kind: string, attempt: number, what: string): number => {
    const normal = gaussian(uniform(`${what}.a`, kind, attempt), uniform(`${what}.b`, kind, attempt))
    const seconds = of.median * Math.exp(of.sigma * normal)
    return Math.round(Math.min(of.max, Math.max(of.min, seconds)) * 1000)
  }
  const likelihood = (chance: Chance): number =>
    scenario.hosts[server.host]?.[chance] ?? scenario.chances[chance]
  const once = (chance: Chance): boolean => uniform(chance, 'machine', 0) < likelihood(chance)
  const slowness = (): number => (once('slowLine') ? 1.5 + 1.5 * uniform('slowness', 'machine', 0) : 1)
  return {
    uniform,
    duration(kind, attempt) {
      const { durations } = scenario
      if (durations.kind === 'shared') return shared.get(kind) ?? 0
      const build = Object.keys(durations.byBuild).find((part) => server.os.build.includes(part))
      const special = build === undefined ? undefined : durations.byBuild[build]?.[kind]
      const own = spread(special ?? durations.seconds[kind], kind, attempt, 'duration')
      return kind === 'install' ? Math.round(own * slowness()) : own
    },
    happens: (chance, kind, attempt) => uniform(chance, kind, attempt) < likelihood(chance),
    away: (kind, attempt) => spread(scenario.away, kind, attempt, 'away'),
    installFailure: (attempt) => weighted(scenario.installFailures, uniform('failure', 'install', attempt)),
    silence(kind, attempt) {
      const choices = silences.map((silence) => ({ silence, weight: scenario.silences[silence] }))
      return weighted(choices, uniform('silence', kind, attempt))?.silence ?? 'agent'
    },
    brokenUpdate() {
      const broken = brokenUpdateOf(seed, scenario)
      return broken !== undefined && uniform('brokenUpdate', 'machine', 0) < broken.fails ? broken : undefined
    },
    slowness,
    clockSkewMs: () =>
      once('clockSkewed') ? Math.round((2 * uniform('skew', 'machine', 0) - 1) * 24 * 3600_000) : 0,
  }
}

/** Keyed by the seed alone: the same update for every machine. */
function brokenUpdateOf(seed: number | string, { brokenUpdate, updates }: ScenarioDefinition) {
  if (brokenUpdate === undefined) return undefined
  const unit = (what: string): number => hashToUnit(JSON.stringify([seed, what]))
  if (unit('brokenUpdate') >= brokenUpdate.chance) return undefined
  const update = updates[Math.floor(unit('brokenUpdate.which') * updates.length)]
  return update === undefined ? undefined : { ...brokenUpdate, id: update.id }
}

/** The steps that a server's update has share the total by weight; install takes the remainder. */
function sharedDurations(server: FleetServer, { durations }: ScenarioDefinition): Map<TimedKind, number> {
  const shares = new Map<TimedKind, number>()
  if (durations.kind === 'drawn') return shares
  const { weights } = durations
  const hasCheckpoint = server.kind === 'vm' && server.runsOn !== undefined
  const steps = (Object.keys(weights) as (keyof typeof weights)[]).filter(
    (step) => hasCheckpoint || (step !== 'checkpoint' && step !== 'removeCheckpoint'),
  )
  const totalMs = Math.round(durations.totalSeconds * 1000)
  const sum = steps.reduce((total, step) => total + weights[step], 0)
  for (const step of steps) shares.set(step, Math.floor((totalMs * weights[step]) / sum))
  const given = [...shares.values()].reduce((total, ms) => total + ms, 0)
  shares.set('install', (shares.get('install') ?? 0) + totalMs - given)
  return shares
}

function weighted<T extends { readonly weight: number }>(choices: readonly T[], unit: number): T | undefined {
  let rest = unit * choices.reduce((total, { weight }) => total + weight, 0)
  for (const choice of choices) {
    rest -= choice.weight
    if (rest < 0) return choice
  }
  return choices.at(-1)
}

/** Box and Muller's transform of two uniform draws. */
function gaussian(a: number, b: number): number {
  return Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b)
}

function hashToUnit(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48
}
