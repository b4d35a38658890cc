import {
  Button,
  Menu,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { MoreHorizontal20Regular, Pause20Regular, Play20Regular } from '@fluentui/react-icons'
import type { Board, CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { dayTime } from '../model/times.ts'
import { useCampaignVerbs } from './campaignVerbs.ts'
import { useReader } from './context.tsx'
import { useAddress } from './hooks.ts'
import { PageLink } from './navigation.tsx'
import { ringStateText } from './ringText.ts'
import { useForbidden } from './rights.ts'
import { VerbButton } from './verbButton.tsx'

interface CampaignLineProps {
  readonly board: Board
  readonly campaigns: readonly CampaignHead[]
}

export function CampaignLine({ board, campaigns }: CampaignLineProps) {
  const { t, language, zone } = useReader()
  const { campaign } = board
  const state = campaign.state
  const next = board.rings.find((ring) => ring.state.kind !== 'passed' && ring.state.kind !== 'running')
  const showNext = next && (state.kind === 'running' || state.kind === 'carryingOver')
  return (
    <section className="campaign-line" aria-label={t.campaign}>
      <div className="campaign-title">
        <h1>{campaign.name}</h1>
        <p>
          <span className={`campaign-state campaign-${state.kind}`}>{t.campaignStates[state.kind]}</span>
          {(state.kind === 'paused' || state.kind === 'cancelled') && (
            <span> · {[state.actor, state.reason].filter(Boolean).join(': ')}</span>
          )}
          {state.kind === 'carryingOver' && state.nextAt !== undefined && (
            <span> · {t.nextWindow(dayTime(state.nextAt, language, zone))}</span>
          )}
          {showNext && (
            <span>
              {' · '}
              {t.nextRing(String(next.ring), ringStateText(next, board, t, language, zone))}
            </span>
          )}
        </p>
        <AlsoUnderWay campaign={campaign} campaigns={campaigns} />
      </div>
      <div className="campaign-actions">
        <CampaignButton board={board} />
        <CampaignMenu campaign={campaign} campaigns={campaigns} />
      </div>
    </section>
  )
}

interface Among {
  readonly campaign: CampaignHead
  readonly campaigns: readonly CampaignHead[]
}

const isUnderWay = ({ state }: CampaignHead): boolean =>
  state.kind === 'running' || state.kind === 'paused' || state.kind === 'carryingOver'

/** One board shows one campaign: that others work on servers at the same time must not be overlooked. */
function AlsoUnderWay({ campaign, campaigns }: Among) {
  const { t } = useReader()
  const others = campaigns.filter((one) => one.campaignId !== campaign.campaignId && isUnderWay(one))
  if (others.length === 0) return null
  return (
    <p className="campaign-others">
      {t.alsoUnderWay}
      {others.map(({ campaignId, name, state }) => (
        <span key={campaignId}>
          {' '}
          <PageLink to={{ page: 'board', campaign: campaignId }}>{name}</PageLink> (
          {t.campaignStates[state.kind]})
        </span>
      ))}
    </p>
  )
}

/** The verbs that fit the campaign's state. */
function CampaignButton({ board }: { board: Board }) {
  const { t } = useReader()
  const [, go] = useAddress()
  const verbs = useCampaignVerbs(board.campaign)
  const { campaignId: id, state } = board.campaign
  switch (state.kind) {
    case 'planned':
    case 'approved':
      return (
        <Button appearance="primary" onClick={() => go({ page: 'plan', campaign: id })}>
          {t.showPlan}
        </Button>
      )
    case 'running':
    case 'carryingOver':
      return (
        <VerbButton icon={<Pause20Regular />} onClick={() => verbs.control('pause')}>
          {t.pause}
        </VerbButton>
      )
    case 'paused':
      return (
        <VerbButton appearance="primary" icon={<Play20Regular />} onClick={() => verbs.control('resume')}>
          {t.resume}
        </VerbButton>
      )
    case 'cancelled':
    case 'ended':
      return <PageLink to={{ page: 'report', campaign: id }}>{t.pages.report}</PageLink>
  }
}

function CampaignMenu({ campaign, campaigns }: Among) {
  const { t } = useReader()
  const [, go] = useAddress()
  const forbidden = useForbidden()
  const verbs = useCampaignVerbs(campaign)
  const over = campaign.state.kind === 'ended' || campaign.state.kind === 'cancelled'
  const others = campaigns.filter((one) => one.campaignId !== campaign.campaignId).slice(0, 12)
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<MoreHorizontal20Regular />} aria-label={t.menu} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => go({ page: 'plan', campaign: campaign.campaignId })}>
            {t.showPlan}
          </MenuItem>
          <MenuItem onClick={() => go({ page: 'newPlan' })}>{t.newPlan}</MenuItem>
          {!over && (
            <MenuItem
              disabled={forbidden !== undefined}
              {...(forbidden === undefined ? {} : { title: forbidden })}
              onClick={() => void verbs.cancel()}
            >
              {t.cancelCampaign}
            </MenuItem>
          )}
          {others.length > 0 && (
            <MenuGroup>
              <MenuGroupHeader>{t.otherCampaigns}</MenuGroupHeader>
              {others.map((one) => (
                <MenuItem key={one.campaignId} onClick={() => go({ campaign: one.campaignId })}>
                  {one.name}
                </MenuItem>
              ))}
            </MenuGroup>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
