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
import { useCommands } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { useAddress } from './hooks.ts'
import { ringStateText } from './ringText.ts'

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
      </div>
      <div className="campaign-actions">
        <CampaignButton board={board} />
        <CampaignMenu campaign={campaign} campaigns={campaigns} />
      </div>
    </section>
  )
}

/** The one verb that fits the campaign's state. */
function CampaignButton({ board }: { board: Board }) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const [, go] = useAddress()
  const { campaignId: id, planHash, state } = board.campaign
  const servers = board.rings.reduce((sum, ring) => sum + ring.servers, 0)
  const start = async () => {
    const text = [t.startText(servers, board.clients.length)]
    const answers = await ask({ title: t.startTitle, text, confirm: t.startAll })
    if (answers) await run({ what: t.startAll, send: () => api.start(id, planHash) })
  }
  const control = async (verb: 'pause' | 'resume') => {
    const question =
      verb === 'pause'
        ? { title: t.pauseCampaign, text: [t.pauseCampaignText], confirm: t.pause }
        : { title: t.resumeCampaign, text: [t.resumeCampaignText], confirm: t.resume }
    const answers = await ask(question)
    if (answers) await run({ what: t[verb], send: () => api.campaignControl(id, verb, answers.reason) })
  }
  switch (state.kind) {
    case 'planned':
      return (
        <Button appearance="primary" onClick={() => go({ page: 'plan', campaign: id })}>
          {t.showPlan}
        </Button>
      )
    case 'approved':
      return (
        <Button appearance="primary" icon={<Play20Regular />} onClick={() => void start()}>
          {t.startAll}
        </Button>
      )
    case 'running':
    case 'carryingOver':
      return (
        <Button icon={<Pause20Regular />} onClick={() => void control('pause')}>
          {t.pause}
        </Button>
      )
    case 'paused':
      return (
        <Button appearance="primary" icon={<Play20Regular />} onClick={() => void control('resume')}>
          {t.resume}
        </Button>
      )
    case 'cancelled':
    case 'ended':
      return null
  }
}

function CampaignMenu({
  campaign,
  campaigns,
}: {
  campaign: CampaignHead
  campaigns: readonly CampaignHead[]
}) {
  const { t } = useReader()
  const [, go] = useAddress()
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
          <MenuItem onClick={() => go({ page: 'plan', campaign: undefined })}>{t.newPlan}</MenuItem>
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
