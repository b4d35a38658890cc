import type { ServerRow } from '../../../../orchestrations/contracts/board.ts'
import type { Outcome } from '../../api/serverCalls.ts'
import type { Held } from '../../model/merge.ts'
import { type Answers } from '../askDialog.tsx'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { planNowOf } from '../hooks.ts'

const hourMs = 3_600_000
export const exclusionHours = [24, 48, 7 * 24, 14 * 24, 31 * 24] as const
const waiverHours = [24, 48, 7 * 24, 31 * 24] as const
const outcomes: readonly Outcome[] = ['succeeded', 'failed', 'rolledBack', 'skipped']

/** What an operator can do to one server; each asks first and says accepted or refused. */
export function useServerVerbs(server: Pick<ServerRow, 'serverId' | 'host'>, held: Held) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const { serverId: id, host } = server
  const campaign = held.board.campaign.campaignId
  const until = ({ hours }: Answers) => (hours === undefined ? undefined : planNowOf(held) + hours * hourMs)
  return {
    retry: async () => {
      const answers = await ask({ title: t.retryTitle(host), text: t.retryText, confirm: t.retryServer })
      if (!answers) return
      await run({ what: t.retryOf(host), send: () => api.retryServer(id, campaign, answers.reason) })
    },
    resolve: async () => {
      const answers = await ask({
        title: t.resolveTitle(host),
        text: t.resolveText,
        confirm: t.resolve,
        reason: 'required',
        reasonLabel: t.resolveReason,
        choice: {
          label: t.resolveOutcome,
          options: outcomes.map((value) => ({ value, label: t.states[value] })),
        },
      })
      const outcome = outcomes.find((one) => one === answers?.choice)
      if (!answers || !outcome) return
      const send = () => api.resolveServer(id, campaign, outcome, answers.reason)
      await run({ what: t.resolveOf(host), send })
    },
    trust: async () => {
      const answers = await ask({
        title: t.trustTitle(host),
        text: t.trustText,
        confirm: t.trust,
        reason: 'required',
      })
      if (answers) await run({ what: t.trustOf(host), send: () => api.trustServer(id, answers.reason) })
    },
    forget: async () => {
      const answers = await ask({
        title: t.forgetTitle(host),
        text: t.forgetText,
        confirm: t.forget,
        reason: 'required',
      })
      if (answers) await run({ what: t.forgetOf(host), send: () => api.forgetAgent(id, answers.reason) })
    },
    exclude: async () => {
      const answers = await ask({
        title: t.excludeTitle(host),
        text: t.excludeServerText,
        confirm: t.exclude,
        reason: 'required',
        caller: true,
        hours: { label: t.howLong, choices: exclusionHours, empty: t.untilIncluded },
      })
      if (!answers) return
      const end = until(answers)
      const { reason, caller } = answers
      const body = {
        reason,
        ...(caller === '' ? {} : { caller }),
        ...(end === undefined ? {} : { until: end }),
      }
      await run({ what: t.excludeOf(host), send: () => api.excludeServer(id, body) })
    },
    include: async () => {
      const answers = await ask({ title: t.includeTitle(host), text: t.includeText, confirm: t.include })
      if (answers) await run({ what: t.includeOf(host), send: () => api.includeServer(id, answers.reason) })
    },
    waive: async () => {
      const answers = await ask({
        title: t.waiveTitle(host),
        text: t.waiveText,
        confirm: t.waiverAdd,
        reason: 'required',
        hours: { label: t.howLong, choices: waiverHours },
      })
      const end = answers && until(answers)
      if (!answers || end === undefined) return
      const what = t.waiveOf(host)
      const send = () => api.addWaiver(id, end, answers.reason)
      await run({ what, send, say: () => t.acceptedPlain(what) })
    },
    unwaive: async () => {
      const answers = await ask({
        title: t.unwaiveTitle(host),
        text: t.unwaiveText,
        confirm: t.waiverRemove,
        reason: 'none',
      })
      if (!answers) return
      const what = t.unwaiveOf(host)
      await run({ what, send: () => api.removeWaiver(id), say: () => t.acceptedPlain(what) })
    },
  }
}
