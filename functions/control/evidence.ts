import type { CampaignEvidence, Finding, LackingEvidence } from '../../orchestrations/contracts/api.ts'
import { scriptsDigest } from '../../orchestrations/contracts/scripts/evidence.ts'
import { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import {
  decideEvidence,
  evidencePolicy,
  releaseOf,
  type BuildWaiver,
  type Evidence,
  type Unproven,
} from '../../orchestrations/domain/evidence.ts'
import { kindsWanted } from '../../orchestrations/domain/evidenceWanted.ts'
import { clientOf, type CampaignId, type ClientId, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { Plan, PlannedClient, PlannedServer } from '../../orchestrations/domain/plan.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import { exclusionOf } from '../../orchestrations/domain/turnExclusion.ts'
import { sha256 } from '../adapters/tables/ledger.ts'
import { briefly } from '../briefly.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'

export interface CampaignProof {
  readonly evidence: CampaignEvidence
  /** For the go / no-go list, by server. */
  readonly findings: ReadonlyMap<ServerId, readonly Finding[]>
}

const clientsAtOnce = 16
const mostExamples = 5

export const evidenceRequired = ({ settings }: Services): boolean => settings.ATLAS_EVIDENCE === 'required'

/**
 * What labs have not proven of what a plan would run, machine by machine: on its own release of Windows, with the
 * scripts that its own agent has. A machine whose Windows nobody knows counts as unproven. Left out are machines
 * without an agent, where nothing can be commanded, and servers that are excluded: both are asked about again at
 * their turn. Nothing is lacking where nothing is required.
 */
export async function campaignProof(
  services: Services,
  campaignId: CampaignId,
  plan: Pick<Plan, 'settings' | 'purpose'>,
  clients: readonly PlannedClient[],
): Promise<CampaignProof> {
  const required = evidenceRequired(services)
  const tally = new Tally()
  if (!required) return { evidence: tally.told(campaignId, required), findings: new Map() }
  const servers = clients.flatMap((client) => client.servers)
  const wanted = servers.map((server) => ({ server, on: kindsWanted(server, plan) }))
  const { machines, excluded } = await machinesOf(
    services,
    campaignId,
    wanted.flatMap(({ on }) => on.map((one) => one.on)),
  )
  const judge = await createJudge(services)
  const findings = new Map<ServerId, Finding[]>()
  for (const { server, on } of wanted) {
    if (excluded.has(server.serverId)) continue
    for (const { on: where, kinds } of on) {
      const machine = machines.get(where)
      if (!machine) continue
      const found = judge(machine, kinds)
      tally.add(machine, found)
      findings.set(server.serverId, [
        ...(findings.get(server.serverId) ?? []),
        ...found.map((one) => findingOf(one, machine, server)),
      ])
    }
  }
  return { evidence: tally.told(campaignId, required), findings }
}

/** Of one client, at its turn: the first thing that keeps each of its servers from being started. */
export async function unprovenServers(
  services: Services,
  campaignId: CampaignId,
  plan: Pick<Plan, 'settings' | 'purpose'>,
  planned: PlannedClient,
): Promise<ReadonlyMap<ServerId, Reason>> {
  const { findings } = await campaignProof(services, campaignId, plan, [planned])
  const reasons = new Map<ServerId, Reason>()
  for (const [serverId, found] of findings) {
    const blocking = found.find(({ severity }) => severity === 'blocks')
    if (blocking) reasons.set(serverId, blocking.reason)
  }
  return reasons
}

interface Machine {
  readonly serverId: ServerId
  readonly host: string
  /** Its release of Windows; undefined: nobody knows. */
  readonly release: string | undefined
  /** Digest of its agent's scripts; undefined: an agent that doesn't say. */
  readonly scripts: string | undefined
}

interface Known {
  readonly machines: ReadonlyMap<ServerId, Machine>
  /** Servers that an operator keeps out at present. */
  readonly excluded: ReadonlySet<ServerId>
}

/** Those with an agent. What it says itself is newer than what prepare found. */
async function machinesOf(
  services: Services,
  campaignId: CampaignId,
  ids: readonly ServerId[],
): Promise<Known> {
  const byClient = new Map<ClientId, Set<ServerId>>()
  for (const id of ids) {
    const clientId = clientOf(id)
    byClient.set(clientId, (byClient.get(clientId) ?? new Set()).add(id))
  }
  const machines = new Map<ServerId, Machine>()
  const excluded = new Set<ServerId>()
  const now = services.clocks.plan()
  await eachOf([...byClient], clientsAtOnce, async ([clientId, wanted]) => {
    const known = await services.clients.read(clientId, { prepared: campaignId }, (partition) => {
      const builds = new Map(partition.prepared(campaignId).map(({ serverId, build }) => [serverId, build]))
      return [...wanted].flatMap((id) => {
        const row = partition.server(id)
        if (row && exclusionOf(row, partition.control(), now)) excluded.add(id)
        return row?.agent ? [{ serverId: id, host: row.server.host, build: builds.get(id) }] : []
      })
    })
    const enrolled = known.map(({ serverId }) => serverId)
    const heard = await services.heartbeats.of(clientId, enrolled, 1)
    for (const { serverId, host, build } of known) {
      const windows = heard.get(serverId)?.windows
      const release = releaseIn(windows?.build) ?? releaseIn(build)
      machines.set(serverId, { serverId, host, release, scripts: windows?.scripts })
    }
  })
  return { machines, excluded }
}

const releaseIn = (build: string | undefined): string | undefined =>
  build !== undefined && /^\d+\.\d+\.\d+(\.\d+)?$/.test(build) ? releaseOf(build) : undefined

type Found =
  | { readonly kind: 'lacking'; readonly because: Unproven; readonly kinds: readonly string[] }
  | { readonly kind: 'waived'; readonly kinds: readonly string[] }
  | { readonly kind: 'unknown' }

type Judge = (machine: Machine, kinds: readonly string[]) => readonly Found[]

/** Machines are many, releases and kinds few: each verdict is made once. */
async function createJudge(services: Services): Promise<Judge> {
  const { evidences, manifests, waivers } = await knownProofs(services)
  const now = { wire: services.clocks.wire(), plan: services.clocks.plan() }
  const made = new Map<string, readonly Found[]>()
  const judgeAnew = (build: string, digest: string, kinds: readonly string[]): readonly Found[] => {
    // What no evidence has ever run is known by its digest alone: it equals nothing that was proven.
    const found = { evidences, waivers, scripts: manifests.get(digest) ?? {} }
    const lacking = new Map<string, { because: Unproven; kinds: string[] }>()
    const waived: string[] = []
    for (const kind of kinds) {
      const decision = decideEvidence([{ build, kinds: [kind] }], found, evidencePolicy, now)
      if (decision.kind === 'go') waived.push(...decision.waived.map((one) => one.kind))
      else
        for (const { because } of decision.lacking) {
          const key = JSON.stringify(because)
          const known = lacking.get(key) ?? { because, kinds: [] }
          known.kinds.push(kind)
          lacking.set(key, known)
        }
    }
    return [
      ...[...lacking.values()].map((one) => ({ kind: 'lacking' as const, ...one })),
      ...(waived.length > 0 ? [{ kind: 'waived' as const, kinds: waived }] : []),
    ]
  }
  return ({ release, scripts = '' }, kinds) => {
    if (release === undefined) return [{ kind: 'unknown' }]
    const key = [release, scripts, ...kinds].join(' ')
    const verdict = made.get(key) ?? judgeAnew(release, scripts, kinds)
    made.set(key, verdict)
    return verdict
  }
}

interface Proofs {
  readonly evidences: readonly Evidence[]
  /** What ran, by digest: agents name theirs so. */
  readonly manifests: ReadonlyMap<string, Evidence['scripts']>
  readonly waivers: readonly BuildWaiver[]
}

/** Every turn of every client asks. */
const keptMs = 5_000
export const knownProofs = briefly(keptMs, readProofs)

async function readProofs({ evidence, buildWaivers }: Services): Promise<Proofs> {
  const [rows, waivers] = await Promise.all([evidence.list(), buildWaivers.list()])
  const files = rows.map(([, { file }]) => file)
  return {
    evidences: files.map(({ os, endedAt, asSystem, scripts, contracts }) => ({
      build: os.build,
      endedAt: Date.parse(endedAt),
      asSystem,
      scripts,
      contracts,
    })),
    manifests: new Map(files.map(({ scripts }) => [scriptsDigest(scripts, sha256), scripts])),
    waivers: waivers.map(([, waiver]) => waiver),
  }
}

/** `host` is named where it isn't the server's own. */
function reasonOf(found: Found, build: string, host?: string): Reason {
  const where = host === undefined ? {} : { host }
  if (found.kind === 'unknown') return reason('buildUnknown', where)
  const about = { build, kinds: found.kinds.join(', '), ...where }
  if (found.kind === 'waived') return reason('labWaived', about)
  const { because } = found
  return because.why === 'broken'
    ? reason('labBroken', { ...about, contracts: because.contracts.join(', ').slice(0, 500) })
    : reason(codes[because.why], about)
}

const codes = {
  neverSeen: 'labNeverSeen',
  otherScripts: 'labOtherScripts',
  tooOld: 'labTooOld',
  notAsSystem: 'labNotAsSystem',
  notExercised: 'labNotExercised',
} as const

function findingOf(found: Found, { serverId, host, release = '' }: Machine, server: PlannedServer): Finding {
  // A host that several clients share is named to none of them by another's name.
  const isNamed = serverId !== server.serverId && clientOf(serverId) === clientOf(server.serverId)
  return {
    severity: found.kind === 'waived' ? 'warns' : 'blocks',
    reason: reasonOf(found, release, isNamed ? host : undefined),
  }
}

interface Counted {
  readonly build: string
  readonly because: Unproven
  readonly kinds: readonly TaskKind[]
  readonly machines: Set<ServerId>
}

/** What is found machine by machine, put together where it is the same: release, kinds and cause. */
class Tally {
  readonly #lacking = new Map<string, Counted>()
  readonly #unknown = new Set<ServerId>()
  readonly #waived = new Map<string, Set<string>>()

  add({ serverId, release = '' }: Machine, found: readonly Found[]): void {
    for (const one of found)
      switch (one.kind) {
        case 'unknown':
          this.#unknown.add(serverId)
          break
        case 'waived':
          this.#waived.set(release, new Set([...(this.#waived.get(release) ?? []), ...one.kinds]))
          break
        case 'lacking':
          this.#addLacking(serverId, release, one.because, one.kinds)
      }
  }

  #addLacking(serverId: ServerId, build: string, because: Unproven, named: readonly string[]): void {
    const kinds = sorted(named)
    const key = JSON.stringify([build, kinds, because])
    const known = this.#lacking.get(key) ?? { build, because, kinds, machines: new Set() }
    known.machines.add(serverId)
    this.#lacking.set(key, known)
  }

  told(campaignId: CampaignId, required: boolean): CampaignEvidence {
    return {
      campaignId,
      required,
      lacking: [...this.#lacking].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => toldOf(one)),
      unknown: some(this.#unknown),
      waived: [...this.#waived].map(([build, kinds]) => ({ build, kinds: sorted(kinds) })),
    }
  }
}

const sorted = (kinds: Iterable<string>): TaskKind[] => [...kinds].map((kind) => TaskKind.parse(kind)).sort()

const some = (machines: ReadonlySet<ServerId>) => ({
  servers: machines.size,
  examples: [...machines].sort().slice(0, mostExamples),
})

function toldOf({ build, because, kinds, machines }: Counted): LackingEvidence {
  const why = reasonOf({ kind: 'lacking', because, kinds }, build)
  return { build, kinds: [...kinds], reason: why, ...some(machines) }
}
