/** What a lab run says of one thing that a task's script was built on. */
export type Verdict = 'confirmed' | 'broken' | 'notExercised'

/** A lab run on a real host, as far as decisions need it. Times: wire time, epoch ms. */
export interface Evidence {
  /** Windows' build with its revision: `10.0.20348.2849`. */
  readonly build: string
  readonly endedAt: number
  /** Whether it ran as the agent does: as SYSTEM. */
  readonly asSystem: boolean
  /** SHA-256 of the scripts that ran, by path. */
  readonly scripts: Readonly<Record<string, string>>
  readonly contracts: readonly { readonly id: string; readonly kind: string; readonly verdict: Verdict }[]
}

/** What a plan would do on hosts of one build. */
export interface Wanted {
  readonly build: string
  /** Task kinds that it runs there. */
  readonly kinds: readonly string[]
}

/** Somebody answers for kinds of task on a build that no lab has seen. */
export interface BuildWaiver {
  readonly build: string
  readonly kinds: readonly string[] | 'all'
  readonly by: string
  readonly reason: string
  /** Plan time, epoch ms; void from then on. */
  readonly until: number
}

/** Why a kind of task isn't proven on a build. */
export type Unproven =
  | { readonly why: 'neverSeen' }
  /** Seen, but only with scripts that were others than those of now. */
  | { readonly why: 'otherScripts' }
  | { readonly why: 'tooOld'; readonly endedAt: number }
  | { readonly why: 'notAsSystem' }
  | { readonly why: 'notExercised' }
  | { readonly why: 'broken'; readonly contracts: readonly string[] }

export interface Lacking {
  readonly build: string
  readonly kind: string
  readonly because: Unproven
}

export type EvidenceDecision =
  | { readonly kind: 'go'; readonly waived: readonly { readonly build: string; readonly kind: string }[] }
  | { readonly kind: 'hold'; readonly lacking: readonly Lacking[] }

export interface EvidencePolicy {
  /** Older evidence says nothing about Windows as it is now, ms. */
  readonly maxAgeMs: number
}

/** Half a year: Windows Server's cumulative updates change what no build number tells. */
export const evidencePolicy: EvidencePolicy = { maxAgeMs: 183 * 24 * 3_600_000 }

/** Labs age by the real clock, waivers end with the plan's; on Azure they agree. Epoch ms. */
export interface EvidenceClocks {
  readonly wire: number
  readonly plan: number
}

/**
 * Whether every kind of task is proven or waived on every build that a plan touches. `scripts`: SHA-256 of the
 * scripts that would run now. Nothing wanted is nothing proven: an empty list holds nothing up.
 */
export function decideEvidence(
  wanted: readonly Wanted[],
  found: {
    readonly evidences: readonly Evidence[]
    readonly waivers: readonly BuildWaiver[]
    readonly scripts: Readonly<Record<string, string>>
  },
  policy: EvidencePolicy,
  now: EvidenceClocks,
): EvidenceDecision {
  const waived: { build: string; kind: string }[] = []
  const lacking: Lacking[] = []
  for (const { build, kind } of distinct(wanted)) {
    const because = unproven(build, kind, found, policy, now.wire)
    if (because === undefined) continue
    if (found.waivers.some((waiver) => covers(waiver, build, kind, now.plan))) waived.push({ build, kind })
    else lacking.push({ build, kind, because })
  }
  return lacking.length > 0 ? { kind: 'hold', lacking } : { kind: 'go', waived }
}

/** A release of Windows: `10.0.20348` of `10.0.20348.2849`. Its revision changes every month. */
export function releaseOf(build: string): string {
  return build.split('.').slice(0, 3).join('.')
}

function distinct(wanted: readonly Wanted[]): { readonly build: string; readonly kind: string }[] {
  const seen = new Map<string, { readonly build: string; readonly kind: string }>()
  for (const { build, kinds } of wanted)
    for (const kind of kinds) {
      const release = releaseOf(build)
      seen.set(`${release} ${kind}`, { build: release, kind })
    }
  return [...seen.values()]
}

function covers(waiver: BuildWaiver, build: string, kind: string, now: number): boolean {
  const ofBuild = releaseOf(waiver.build) === build && now < waiver.until
  return ofBuild && (waiver.kinds === 'all' || waiver.kinds.includes(kind))
}

function unproven(
  build: string,
  kind: string,
  { evidences, scripts }: Parameters<typeof decideEvidence>[1],
  policy: EvidencePolicy,
  now: number,
): Unproven | undefined {
  const ofBuild = evidences.filter((one) => releaseOf(one.build) === build)
  const ofKind = ofBuild.filter((one) => one.contracts.some((contract) => contract.kind === kind))
  if (ofKind.length === 0) return { why: 'neverSeen' }
  const ofScripts = ofKind.filter((one) => sameScripts(one.scripts, scripts, kind))
  if (ofScripts.length === 0) return { why: 'otherScripts' }
  const asSystem = ofScripts.filter((one) => one.asSystem)
  if (asSystem.length === 0) return { why: 'notAsSystem' }
  const newest = Math.max(...asSystem.map(({ endedAt }) => endedAt))
  const recent = asSystem.filter(({ endedAt }) => endedAt <= now && now - endedAt <= policy.maxAgeMs)
  if (recent.length === 0) return { why: 'tooOld', endedAt: newest }
  return judged(newestVerdicts(recent, kind))
}

/** The kind's own script, and what all scripts share. A kind without a script of its own is never proven. */
function sameScripts(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  kind: string,
): boolean {
  const ofKind = (path: string): boolean =>
    path.startsWith(`tasks/${kind}/`) || path.startsWith('powershell/')
  const paths = new Set([...Object.keys(then), ...Object.keys(now)].filter(ofKind))
  const own = Object.hasOwn(now, `tasks/${kind}/${kind}.ps1`)
  return own && [...paths].every((path) => then[path] === now[path])
}

/** What was looked at last counts; what a run left out says nothing about one before it. */
function newestVerdicts(evidences: readonly Evidence[], kind: string): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<string, Verdict>()
  for (const { contracts } of evidences.toSorted((a, b) => a.endedAt - b.endedAt))
    for (const contract of contracts) {
      if (contract.kind !== kind) continue
      if (contract.verdict !== 'notExercised' || !verdicts.has(contract.id))
        verdicts.set(contract.id, contract.verdict)
    }
  return verdicts
}

/** Errors before success: one broken contract outweighs any number of confirmed ones. */
function judged(verdicts: ReadonlyMap<string, Verdict>): Unproven | undefined {
  const broken = [...verdicts].flatMap(([id, verdict]) => (verdict === 'broken' ? [id] : []))
  if (broken.length > 0) return { why: 'broken', contracts: broken }
  return [...verdicts.values()].includes('confirmed') ? undefined : { why: 'notExercised' }
}
