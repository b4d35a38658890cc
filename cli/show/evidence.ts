import type {
  BuildWaiver,
  CampaignEvidence,
  EvidenceLine,
  EvidenceList,
} from '../../orchestrations/contracts/api.ts'
import { why, type Reader } from './reader.ts'
import { table } from './table.ts'
import { dayTime } from './times.ts'

/** Every lab run, newest first, then who answers where there is none. */
export function evidenceLines(
  { required, evidence }: EvidenceList,
  waivers: readonly BuildWaiver[],
  reader: Reader,
): string[] {
  const { t, paint } = reader
  return [
    required ? t.evidenceRequired : t.evidenceOff,
    ...(evidence.length === 0 ? [t.noEvidence] : labRunLines(evidence, reader)),
    ...(waivers.length === 0
      ? []
      : ['', paint('bold', t.buildWaivers), ...buildWaiverLines(waivers, reader)]),
  ]
}

function labRunLines(evidence: readonly EvidenceLine[], { t, paint, language, zone }: Reader): string[] {
  return table([
    ['Windows', t.host, t.tried, t.result].map((title) => paint('dim', title)),
    ...evidence.map((line) => [
      line.build,
      line.host,
      dayTime(line.endedAt, language, zone),
      resultOf(line, t),
    ]),
  ])
}

function resultOf({ confirmed, broken, notExercised, asSystem, left }: EvidenceLine, t: Reader['t']): string {
  return [
    t.labResult(confirmed, broken.length, notExercised),
    ...(broken.length > 0 ? [t.brokenContracts(broken.join(', '))] : []),
    ...(asSystem ? [] : [t.notAsSystem]),
    ...(left.length > 0 ? [t.leftByLab(left.join(', '))] : []),
  ].join('; ')
}

export const labRunText = (line: EvidenceLine, { t }: Reader): string =>
  `Windows ${line.build}, ${line.host}: ${resultOf(line, t)}`

export function buildWaiverLines(waivers: readonly BuildWaiver[], reader: Reader): string[] {
  const { t, paint, language, zone } = reader
  return table([
    ['Windows', t.kinds, t.validUntil, t.who, t.why].map((title) => paint('dim', title)),
    ...waivers.map(({ build, kinds, until, by, reason }) => [
      build,
      kinds === 'all' ? t.allKinds : kinds.join(', '),
      dayTime(until, language, zone),
      by,
      reason,
    ]),
  ])
}

/** What START would refuse a campaign for, with what mends it. */
export function lackingLines(evidence: CampaignEvidence, reader: Reader): string[] {
  const { t } = reader
  const { required, lacking, unknown, waived } = evidence
  if (!required) return [t.evidenceOff]
  const lines = lacking.map(
    ({ reason, servers, examples }) =>
      `${why(reason, reader)} · ${t.onServers(servers, examples.join(', '))}`,
  )
  if (unknown.servers > 0) lines.push(t.buildsUnknown(unknown.servers, unknown.examples.join(', ')))
  const fixes = [
    ...(lacking.length > 0 ? [t.evidenceFix] : []),
    ...(unknown.servers > 0 ? [t.buildsUnknownFix] : []),
  ]
  return [
    ...(lines.length === 0 ? [t.nothingLacking] : [...lines, ...fixes]),
    ...waived.map(({ build, kinds }) => t.waivedBuild(build, kinds.join(', '))),
  ]
}
