import { z } from 'zod'
import { canonicalJson } from '../../domain/canonical.ts'
import { TaskKind } from '../tasks.ts'
import { IsoTime } from './document.ts'

/** Version of the evidence that a lab run writes. */
export const evidenceVersion = 1

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** One thing that a script was built on, and what the host said. `why`: what contradicts it, or keeps it from being tried. */
const LabContract = z.object({
  /** `checkpoint.settingPutBack`. */
  id: z.string().regex(/^[a-zA-Z]+\.[a-zA-Z0-9]+$/),
  kind: TaskKind,
  verdict: z.enum(['confirmed', 'broken', 'notExercised']),
  why: z.string().max(1000),
  milliseconds: z.int().nonnegative(),
})

/** What `agent/lab/verify.ps1` writes about one host. */
export const EvidenceFile = z.object({
  version: z.literal(evidenceVersion),
  id: z.guid(),
  host: z.string().max(255),
  os: z.object({
    name: z.string().max(200),
    build: z.string().regex(/^\d+\.\d+\.\d+\.\d+$/),
    language: z.string().max(20),
    installation: z.string().max(40),
  }),
  powerShell: z.string().max(40),
  asSystem: z.boolean(),
  modules: z.array(z.object({ name: z.string().max(100), version: z.string().max(60) })).max(50),
  startedAt: IsoTime,
  endedAt: IsoTime,
  /** By path below the agent's folder, with slashes: what ran here. */
  scripts: z.record(z.string().max(200), Sha256),
  contracts: z.array(LabContract).min(1).max(500),
  /** What could not be cleaned up, and has to be by hand. */
  left: z.array(z.string().max(300)).max(100),
})
export type EvidenceFile = z.infer<typeof EvidenceFile>

/** A waiver as an operator gives it: builds are named, never all of them. */
export const BuildWaiverRow = z.object({
  build: z.string().regex(/^\d+\.\d+\.\d+(\.\d+)?$/),
  kinds: z.union([z.array(TaskKind).min(1), z.literal('all')]),
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(500),
  /** Plan time, epoch ms. */
  until: z.int().positive(),
  /** When it was given, plan time, epoch ms. */
  at: z.int(),
})
export type BuildWaiverRow = z.infer<typeof BuildWaiverRow>

/**
 * One hash for all that tasks run, by which an agent says what it would run, and evidence what ran. The lab's own
 * scripts are no part of it. `sha256` answers in hexadecimal; it is passed in to keep this pure.
 */
export function scriptsDigest(
  scripts: Readonly<Record<string, string>>,
  sha256: (text: string) => string,
): string {
  const run = Object.entries(scripts).filter(([path]) => /^(tasks|powershell)\//.test(path))
  return sha256(canonicalJson(Object.fromEntries(run)))
}
