import { useQuery } from '@tanstack/react-query'
import type { CampaignEvidence } from '../../../../orchestrations/contracts/api.ts'
import { reasonText } from '../../texts/reasons.ts'
import { useOperator, useReader } from '../context.tsx'
import { planNowOf, useLive } from '../hooks.ts'

const lookAgainMs = 15_000

/** What START would ask for; not asked once it has started. */
export function useEvidence(campaignId: string, asks: boolean) {
  const { api } = useOperator()
  return useQuery({
    queryKey: ['now', 'evidence', campaignId],
    queryFn: () => api.evidence(campaignId),
    refetchInterval: lookAgainMs,
    enabled: asks,
  })
}

/** What a plan would run without the proof of a lab; nothing where nothing is asked for, or nothing lacks. */
export function EvidenceView({ evidence }: { evidence: CampaignEvidence | undefined }) {
  const { t, language, zone } = useReader()
  const { held } = useLive()
  if (!evidence?.required) return null
  const { lacking, unknown, waived } = evidence
  const isLacking = lacking.length > 0 || unknown.servers > 0
  if (!isLacking && waived.length === 0) return null
  return (
    <section aria-label={t.evidence} className="evidence">
      <h2>{t.evidence}</h2>
      {isLacking && <p className="text-failed">{t.evidenceLacking}</p>}
      <ul className="findings">
        {lacking.map(({ reason, servers, examples }) => (
          <li key={JSON.stringify(reason)} className="finding-blocks">
            {reasonText(reason, language, zone, planNowOf(held))}
            <span className="quiet"> · {t.evidenceOn(servers, named(examples, servers))}</span>
          </li>
        ))}
        {unknown.servers > 0 && (
          <li className="finding-blocks">
            {t.evidenceUnknown(unknown.servers, named(unknown.examples, unknown.servers))}
          </li>
        )}
        {waived.map(({ build, kinds }) => (
          <li key={build} className="finding-warns">
            {t.evidenceWaived(build, kinds.join(', '))}
          </li>
        ))}
      </ul>
    </section>
  )
}

const named = (examples: readonly string[], all: number): string =>
  `${examples.join(', ')}${examples.length < all ? ', …' : ''}`
