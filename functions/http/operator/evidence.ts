import { z } from 'zod'
import {
  BuildWaiver,
  BuildWaiverBody,
  BuildWaiverList,
  CampaignEvidence,
  EvidenceLine,
  EvidenceList,
} from '../../../orchestrations/contracts/api.ts'
import { EvidenceFile } from '../../../orchestrations/contracts/scripts/evidence.ts'
import { canonicalJson } from '../../../orchestrations/domain/canonical.ts'
import { releaseOf } from '../../../orchestrations/domain/evidence.ts'
import { dayMs } from '../../../orchestrations/domain/time.ts'
import type { EvidenceRow } from '../../adapters/tables/evidence.ts'
import { audit } from '../../control/audit.ts'
import { evidenceRequired, knownProofs } from '../../control/evidence.ts'
import type { Services } from '../../services.ts'
import { json, nothing, Refusal } from '../respond.ts'
import { requireWholeFleet } from './auth.ts'
import { headOf } from './campaigns.ts'
import { evidenceOf } from './evidenceGate.ts'
import { readers, type Call, type Route } from './route.ts'

/** Evidence of labs, and who answers where there is none. Both are about the whole fleet: so is who may see them. */
export const evidenceRoutes: readonly Route[] = [
  {
    name: 'addEvidence',
    method: 'POST',
    path: 'evidence',
    roles: ['operator'],
    summary: 'Takes the file that the lab kit wrote about one host; the same file again changes nothing.',
    body: EvidenceFile,
    answers: { 201: EvidenceLine },
    handle: addEvidence,
  },
  {
    name: 'listEvidence',
    method: 'GET',
    path: 'evidence',
    roles: readers,
    summary: 'Lists the runs of labs, newest first, and says whether START asks for them.',
    answers: { 200: EvidenceList },
    handle: listEvidence,
  },
  {
    name: 'showCampaignEvidence',
    method: 'GET',
    path: 'campaigns/{campaignId}/evidence',
    roles: readers,
    summary: 'Shows what a plan would run without the proof of a lab: for that START is refused.',
    answers: { 200: CampaignEvidence },
    handle: showCampaignEvidence,
  },
  {
    name: 'listBuildWaivers',
    method: 'GET',
    path: 'build-waivers',
    roles: readers,
    summary: 'Lists the releases of Windows for which somebody answers in place of a lab.',
    answers: { 200: BuildWaiverList },
    handle: listBuildWaivers,
  },
  {
    name: 'addBuildWaiver',
    method: 'POST',
    path: 'build-waivers',
    roles: ['operator'],
    summary:
      'Waives the proof of a lab for kinds of task on one release of Windows; replaces an earlier waiver.',
    body: BuildWaiverBody,
    answers: { 201: BuildWaiver },
    twoPerson: 'addBuildWaiver',
    handle: addBuildWaiver,
  },
  {
    name: 'removeBuildWaiver',
    method: 'DELETE',
    path: 'build-waivers/{build}',
    roles: ['operator'],
    summary: 'Takes the waiver of a release of Windows back: a lab is asked for again.',
    answers: { 204: null },
    handle: removeBuildWaiver,
  },
]

const longestDays = 31

async function addEvidence(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const file = await call.body(EvidenceFile)
  const key = file.id.toLowerCase()
  const known = await services.evidence.find(key)
  if (known) return json(lineOf(sameOr(known, file)), 201)
  const { confirmed, broken } = verdictsOf(file)
  await audit(services, {
    actor: call.me.name,
    action: 'evidence.added',
    object: file.id,
    detail: {
      host: file.host,
      build: file.os.build,
      endedAt: file.endedAt,
      confirmed,
      broken: broken.length,
    },
  })
  const row: EvidenceRow = { file, addedBy: call.me.name, addedAt: services.clocks.wire() }
  const stored = await services.evidence.change(key, (current) => {
    if (current) sameOr(current, file)
    return current ? undefined : row
  })
  knownProofs.forget(services)
  return json(lineOf(stored ?? row), 201)
}

/** Evidence is kept as it came: under its id nothing else is taken. */
function sameOr(known: EvidenceRow, file: EvidenceFile): EvidenceRow {
  if (canonicalJson(known.file) === canonicalJson(file)) return known
  const { id: evidenceId, host } = known.file
  throw new Refusal('otherEvidence', { evidenceId, host, addedBy: known.addedBy })
}

async function listEvidence(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const rows = await services.evidence.list()
  const evidence = rows.map(([, row]) => lineOf(row)).sort((a, b) => b.endedAt - a.endedAt)
  return json({ required: evidenceRequired(services), evidence } satisfies EvidenceList)
}

function verdictsOf({ contracts }: EvidenceFile) {
  const count = (verdict: string): number => contracts.filter((one) => one.verdict === verdict).length
  const broken = contracts.filter((one) => one.verdict === 'broken').map(({ id }) => id)
  return { confirmed: count('confirmed'), notExercised: count('notExercised'), broken }
}

function lineOf({ file, addedBy, addedAt }: EvidenceRow): EvidenceLine {
  const { id, host, os, endedAt, asSystem, left } = file
  return {
    id,
    host,
    build: os.build,
    os: os.name,
    endedAt: Date.parse(endedAt),
    asSystem,
    ...verdictsOf(file),
    left,
    addedBy,
    addedAt,
  }
}

async function showCampaignEvidence(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const { campaignId } = await headOf(services, call.campaignId())
  return json(await evidenceOf(services, campaignId))
}

async function listBuildWaivers(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const now = services.clocks.plan()
  const waivers = (await services.buildWaivers.list())
    .map(([, waiver]) => waiver)
    .filter(({ until }) => until > now)
    .sort((a, b) => a.until - b.until)
  return json({ waivers } satisfies BuildWaiverList)
}

async function addBuildWaiver(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const { build, kinds, reason, until } = await call.body(BuildWaiverBody)
  const now = services.clocks.plan()
  if (until <= now || until > now + longestDays * dayMs)
    throw new Refusal('badWaiverEnd', { mostDays: longestDays })
  const release = releaseOf(build)
  const waiver: BuildWaiver = { build: release, kinds, reason, until, by: call.me.name, at: now }
  await audit(services, {
    actor: call.me.name,
    action: 'buildWaiver.added',
    object: release,
    detail: { kinds: kinds === 'all' ? kinds : kinds.join(', '), reason, until },
  })
  await services.buildWaivers.change(release, () => waiver)
  knownProofs.forget(services)
  return json(waiver, 201)
}

const Release = z.string().regex(/^\d+\.\d+\.\d+(\.\d+)?$/)

async function removeBuildWaiver(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const release = releaseOf(call.param('build', Release, 'build'))
  if (!(await services.buildWaivers.find(release))) throw new Refusal('noSuchBuildWaiver', { build: release })
  await audit(services, { actor: call.me.name, action: 'buildWaiver.removed', object: release })
  await services.buildWaivers.remove(release)
  knownProofs.forget(services)
  return nothing()
}
