import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { useCommands } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'

/** Pause, resume and cancel of a campaign; start and approval stand on the plan's page. */
export function useCampaignVerbs({ campaignId: id, name }: CampaignHead) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  return {
    control: async (verb: 'pause' | 'resume') => {
      const question =
        verb === 'pause'
          ? { title: t.pauseCampaign, text: [t.pauseCampaignText], confirm: t.pause }
          : { title: t.resumeCampaign, text: [t.resumeCampaignText], confirm: t.resume }
      const answers = await ask(question)
      if (answers) await run({ what: t[verb], send: () => api.campaignControl(id, verb, answers.reason) })
    },
    cancel: async () => {
      const answers = await ask({
        title: t.cancelTitle(name),
        text: t.cancelText,
        confirm: t.cancelCampaign,
        danger: true,
      })
      if (!answers) return
      const send = () => api.campaignControl(id, 'cancel', answers.reason)
      await run({ what: t.cancelCampaign, send })
    },
  }
}
