import { setTimeout as delay } from 'node:timers/promises'
import type { Part, Rehearsal, Run } from '../support/rehearsal.ts'

/** Something that happens to a rehearsal under way; returns the run that goes on. */
export type Killer = (rehearsal: Rehearsal, run: Run) => Promise<{ run: Run; kills: number }>

export interface KillPlan {
  readonly kills: number
  /** Plan milliseconds that the campaign takes without kills. */
  readonly spanMs: number
  readonly random: () => number
}

const lookMs = 50
/** A part is also killed while it starts: this share of the kills follows the one before without a look. */
const shareWhileStarting = 0.2
const longestStartMs = 1_500
/** Ends before the campaign does: a kill after its end proves nothing. */
const lastShare = 0.95

export const noKills: Killer = (_, run) => Promise.resolve({ run, kills: 0 })

/** Kills one part with -9 at moments drawn uniformly over the campaign's plan time. */
export function killPart(part: Part, { kills, spanMs, random }: KillPlan): Killer {
  return async (rehearsal, run) => {
    const over = whenOver(run)
    const from = await planNow(rehearsal, over)
    let done = 0
    for (const at of moments(kills, random)) {
      if (random() < shareWhileStarting) await delay(random() * longestStartMs)
      else await reached(rehearsal, from + at * spanMs, over)
      const pid = await untilKilled(run, part, over)
      if (pid === undefined) break
      done++
    }
    return { run, kills: done }
  }
}

/** Kills all processes at once and starts everything again on the same data. */
export function killEverything({ kills, spanMs, random }: KillPlan): Killer {
  return async (rehearsal, first) => {
    let run = first
    let done = 0
    const from = await planNow(rehearsal, whenOver(run))
    for (const at of moments(kills, random)) {
      const over = whenOver(run)
      await reached(rehearsal, from + at * spanMs, over)
      if (over()) break
      await run.killAll()
      done++
      run = rehearsal.start()
      await rehearsal.started(run)
    }
    return { run, kills: done }
  }
}

/** Kills with -9 every so many wire seconds until the campaign is over: the host, and everything every other time. */
export function killEvery(seconds: number, what: 'host' | 'everything' | 'alternately'): Killer {
  return async (rehearsal, first) => {
    let run = first
    let over = whenOver(run)
    for (let kills = 0; ; kills++) {
      const at = performance.now() + seconds * 1_000
      while (!over() && performance.now() < at) await delay(lookMs)
      if (over()) return { run, kills }
      if (what === 'host' || (what === 'alternately' && kills % 2 === 0)) {
        if ((await untilKilled(run, 'host', over)) === undefined) return { run, kills }
        continue
      }
      await run.killAll()
      run = rehearsal.start()
      over = whenOver(run)
      await rehearsal.started(run)
    }
  }
}

/** Shares of the campaign, in order. */
const moments = (count: number, random: () => number): number[] =>
  Array.from({ length: count }, () => random() * lastShare).sort((a, b) => a - b)

/** Whether the campaign has ended or its processes have. */
export function whenOver(run: Run): () => boolean {
  let over = false
  const end = (): void => void (over = true)
  run.result.then(end, end)
  return () => over
}

async function reached({ base }: Rehearsal, planMs: number, over: () => boolean): Promise<void> {
  while (!over() && (await planOf(base)) < planMs) await delay(lookMs)
}

async function planNow({ base }: Rehearsal, over: () => boolean): Promise<number> {
  for (;;) {
    const now = await planOf(base)
    if (now > 0 || over()) return now
    await delay(lookMs)
  }
}

/** 0 while the host doesn't answer. */
async function planOf(base: string): Promise<number> {
  try {
    const answer = await fetch(`${base}/admin/host/status`, { signal: AbortSignal.timeout(5_000) })
    const { planClock } = (await answer.json()) as { planClock: { now: number } }
    return planClock.now
  } catch {
    return 0
  }
}

/** Waits for the part to be there, if need be, and kills it; undefined when all is over. */
async function untilKilled(run: Run, part: Part, over: () => boolean): Promise<number | undefined> {
  while (!over()) {
    const pid = run.kill(part)
    if (pid !== undefined) {
      while (run.pids().get(part) === pid) await delay(5)
      return pid
    }
    await delay(5)
  }
  return undefined
}
