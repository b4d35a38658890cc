import { z } from 'zod'
import { CampaignId, clientOf, ServerId } from './ids.ts'

/** What kind of update Windows Update says that it is (its classification and deployment flags). */
export const updateCategories = [
  'security',
  'critical',
  'updateRollup',
  'definition',
  'featureUpgrade',
  'preview',
  'driver',
  'other',
] as const
export const UpdateCategory = z.enum(updateCategories)
export type UpdateCategory = z.infer<typeof UpdateCategory>

/** What is approved when nobody says anything else. Drivers, feature upgrades and previews are approved by name. */
export const usualCategories: readonly UpdateCategory[] = [
  'security',
  'critical',
  'updateRollup',
  'definition',
]

/** What people write for a category: our word, or Windows' own (`Security Updates`), in any case. */
const categoryNames: ReadonlyMap<string, UpdateCategory> = new Map([
  ...updateCategories.map((one) => [one.toLowerCase(), one] as const),
  ['featurepack', 'featureUpgrade'],
  ['upgrade', 'featureUpgrade'],
])

/** Undefined: no category that there is. A plan must not silently approve nothing. */
export function categoryOf(text: string): UpdateCategory | undefined {
  const plain = text.toLowerCase().replaceAll(/[^a-z]/g, '')
  return [plain, plain.replace(/s$/, ''), plain.replace(/updates?$/, '')]
    .map((name) => categoryNames.get(name))
    .find((one) => one !== undefined)
}

/** A KB that no server gets any more, whatever a plan says. `actor` is `atlas` when nobody decided it by hand. */
export const Block = z.object({ reason: z.string(), actor: z.string(), at: z.number() })
export type Block = z.infer<typeof Block>

/** What is known of a KB across all clients: where it failed, and whether it is blocked. Times: plan, epoch ms. */
export const UpdateRecord = z.object({
  kb: z.string(),
  title: z.string(),
  /** One entry a server and campaign, newest last. */
  failures: z.array(z.object({ campaignId: CampaignId, serverId: ServerId, at: z.number() })),
  blocked: Block.optional(),
  /** When somebody lifted its block: only what failed since then may raise it again by itself. */
  unblockedAt: z.number().optional(),
})
export type UpdateRecord = z.infer<typeof UpdateRecord>

export interface UpdateFailure {
  readonly kb: string
  readonly title: string
  readonly campaignId: CampaignId
  readonly serverId: ServerId
  readonly at: number
}

/** Enough to see a block coming, however many servers a bad night has. */
const failuresKept = 200

/** Notes where an update failed, once a server and campaign. Undefined: that was known. */
export function noteFailure(
  record: UpdateRecord | undefined,
  failure: UpdateFailure,
): UpdateRecord | undefined {
  const { kb, title, ...where } = failure
  const known = record ?? { kb, title, failures: [] }
  const { campaignId, serverId } = where
  if (known.failures.some((one) => one.campaignId === campaignId && one.serverId === serverId))
    return undefined
  return { ...known, failures: [...known.failures, where].slice(-failuresKept) }
}

/** Why ATLAS blocks a KB by itself: it has failed at `limit` different clients since somebody lifted its block. */
export function dueBlock(record: UpdateRecord, limit: number, now: number): Block | undefined {
  if (record.blocked) return undefined
  const counted = record.failures.filter(({ at }) => at > (record.unblockedAt ?? -Infinity))
  const clients = new Set(counted.map((one) => clientOf(one.serverId)))
  if (clients.size < limit) return undefined
  const reason = `failed at ${clients.size} clients: ${[...clients].slice(0, 10).join(', ')}`
  return { reason, actor: 'atlas', at: now }
}

export interface Offered {
  readonly id: string
  readonly kb: string
  readonly category?: UpdateCategory | undefined
}

/** What one server may get. Names are ids or KBs, in any case. */
export interface Approval {
  readonly named: readonly string[]
  /** Kinds that the scan may add in a campaign's first ring. */
  readonly categories: readonly string[]
  /** Ids that an earlier ring installed with success; absent: nothing has to be proven. */
  readonly proven?: readonly string[] | undefined
  /** Blocked KBs. */
  readonly blocked: readonly string[]
}

export interface Chosen<T extends Offered> {
  readonly install: readonly T[]
  readonly blocked: readonly T[]
  readonly unproven: readonly T[]
}

/** Never by category: these change what a server is, or are not finished, so somebody has to name them. */
const onlyByName: ReadonlySet<string> = new Set<UpdateCategory>(['featureUpgrade', 'preview', 'driver'])

/** What a plan can approve as a whole. */
export const approvableCategories = updateCategories.filter((category) => !onlyByName.has(category))

/** Of what a server is offered: what it gets, and what it doesn't although the plan approves it. */
export function chooseUpdates<T extends Offered>(offered: readonly T[], approval: Approval): Chosen<T> {
  const blocked = new Set(approval.blocked.map(spelled))
  const proven = approval.proven && new Set(approval.proven.map(spelled))
  const install: T[] = []
  const left: { blocked: T[]; unproven: T[] } = { blocked: [], unproven: [] }
  for (const update of offered.filter((one) => isApproved(one, approval))) {
    if (update.kb !== '' && blocked.has(spelled(update.kb))) left.blocked.push(update)
    else if (proven && !proven.has(spelled(update.id))) left.unproven.push(update)
    else install.push(update)
  }
  return { install, ...left }
}

function isApproved(update: Offered, { named, categories }: Approval): boolean {
  if (isNamed(update, named)) return true
  const category = update.category ?? 'other'
  return !onlyByName.has(category) && categories.includes(category)
}

/** Whether an update is among names that people wrote: its id or its KB. */
export function isNamed(update: Offered, names: readonly string[]): boolean {
  const [id, kb] = [spelled(update.id), spelled(update.kb)]
  return names.some((name) => spelled(name) === id || (kb !== '' && spelled(name) === kb))
}

const spelled = (name: string): string => name.trim().toLowerCase()
