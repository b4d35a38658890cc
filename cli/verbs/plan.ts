import type { PlanRequest, Selection } from '../../orchestrations/contracts/api.ts'
import { ClientId, RingNumber } from '../../orchestrations/domain/ids.ts'
import { badInput } from '../failure.ts'
import { openSession, type Session } from '../session.ts'
import { planLines } from '../show/plan.ts'
import { listOf, wholeNumber } from './numbers.ts'
import { readSettings } from './planSettings.ts'
import { newVerb, type AddVerb } from './verb.ts'

interface PlanOptions {
  readonly name?: string
  readonly rings?: string
  readonly clients?: string
  readonly all?: true
  readonly updates?: string[]
  readonly categories?: string
  readonly settings?: string
}

/** Never drivers, feature upgrades or previews: those are approved one by one. */
const usualCategories = ['Security Updates', 'Critical Updates', 'Update Rollups', 'Definition Updates']

export const addPlan: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'plan', 'plan')
    .option('--name <name>', t.options.name)
    .option('--rings <numbers>', t.options.rings)
    .option('--clients <ids>', t.options.clients)
    .option('--all', t.options.all)
    .option('--updates <kb...>', t.options.updates)
    .option('--categories <names>', t.options.categories)
    .option('--settings <file>', t.options.settings)
  command.action(async () => {
    const session = openSession(cli, command)
    const options = command.opts<PlanOptions>()
    const selection = selectionOf(options, session)
    const settings =
      options.settings === undefined ? undefined : await readSettings(session, options.settings)
    const request: PlanRequest = {
      name: options.name ?? (await defaultName(session)),
      selection,
      updates: updatesOf(options),
      ...(settings && { settings }),
    }
    const answer = await session.api.makePlan(request)
    session.show(answer, () => [
      ...planLines(answer.campaign, answer.plan, session),
      '',
      t.planNext(answer.campaign.campaignId),
    ])
  })
}

/** One of the three, said explicitly: nothing never means everything. */
function selectionOf({ rings, clients, all }: PlanOptions, { t }: Session): Selection {
  const said = [rings, clients, all].filter((one) => one !== undefined)
  if (said.length !== 1) throw badInput(said.length === 0 ? t.errors.noSelection : t.errors.twoSelections)
  if (rings !== undefined) {
    const numbers = listOf(rings).map((text) => wholeNumber(text, 0, 3, '--rings', t))
    if (numbers.length === 0) throw badInput(t.errors.emptySelection('--rings'))
    return { kind: 'rings', rings: numbers.map((number) => RingNumber.parse(number)) }
  }
  if (clients === undefined) return { kind: 'everything' }
  const ids = listOf(clients)
  if (ids.length === 0) throw badInput(t.errors.emptySelection('--clients'))
  return { kind: 'clients', clients: ids.map((id) => clientId(id, t)) }
}

function clientId(text: string, t: Session['t']): ClientId {
  const parsed = ClientId.safeParse(text)
  if (!parsed.success) throw badInput(t.errors.noClient(text), t.errors.noClientFix)
  return parsed.data
}

/** Named updates alone, or the usual categories; categories that are named come on top of named updates. */
function updatesOf({ updates, categories }: PlanOptions): PlanRequest['updates'] {
  const ids = listOf(updates ?? [])
  const named = (categories ?? '')
    .split(/[,;]/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
  return { ids, categories: named.length === 0 && ids.length === 0 ? usualCategories : named }
}

async function defaultName({ api, t, language, zone }: Session): Promise<string> {
  const { clocks } = await api.status()
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: zone })
  return t.planName(month.format(clocks.plan))
}
