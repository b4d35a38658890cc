import { cpus, totalmem } from 'node:os'

/** One measured value; `met` is missing where nothing is asked of it. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly goal?: string
  readonly met?: boolean
}

export interface Bench {
  readonly name: string
  /** Lasts minutes: left out by `--quick`. */
  readonly long: boolean
  readonly run: (emit: (figure: Figure) => void) => Promise<void>
}

const rounded = (value: number): number => Math.round(value * 100) / 100

export function atMost(name: string, value: number, unit: string, most: number): Figure {
  return { name, value: rounded(value), unit, goal: `<= ${most}`, met: value <= most }
}

export function atLeast(name: string, value: number, unit: string, least: number): Figure {
  return { name, value: rounded(value), unit, goal: `>= ${least}`, met: value >= least }
}

export function reported(name: string, value: number, unit: string): Figure {
  return { name, value: rounded(value), unit }
}

/** Nearest rank; NaN of nothing, which meets no goal. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export function machine(): { cpu: string; cores: number; memoryGiB: number; node: string } {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: rounded(totalmem() / 2 ** 30),
    node: process.version,
  }
}
