import { Option } from 'commander'
import type { PlanRequest, Selection } from '../../orchestrations/contracts/api.ts'
import { approvableCategories, categoryOf, usualCategories } from '../../orchestrations/domain/updates.ts'
import { badInput } from '../failure.ts'
import { openSession, type Session } from '../session.ts'
import { planLines } from '../show/plan.ts'
import { settingsHelp } from '../show/settings.ts'
import { kbNumber } from './kb/number.ts'
import { listOf } from './numbers.ts'
import { readSettings, settingsOf } from './planSettings.ts'
import { addSelection, selectedClients, selectionOf, type SelectionOptions } from './selection.ts'
import { showTouched, touchedByClients, type Touched } from './touched.ts'
import { isDryRun, newChange, type AddVerb } from './verb.ts'

interface PlanOptions extends SelectionOptions {
  readonly name?: string
  readonly purpose: 'install' | 'remove'
  readonly updates?: string[]
  readonly categories?: string
  readonly settings?: string
  readonly set: readonly string[]
}

export const addPlan: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'plan', 'plan').option('--name <name>', t.options.name)
  addSelection(command, cli)
    .addOption(
      new Option('--purpose <purpose>', t.options.purpose).choices(['install', 'remove']).default('install'),
    )
    .option('--updates <kb...>', t.options.updates)
    .option('--categories <names>', t.options.categories)
    .option('--settings <file>', t.options.settings)
    .option('--set <key=value>', t.options.set, (one: string, all: readonly string[]) => [...all, one], [])
    .addHelpText('after', () => `\n${settingsHelp(cli).join('\n')}`)
  command.action(async () => {
    const session = openSession(cli, command)
    const options = command.opts<PlanOptions>()
    const fromFile = options.settings === undefined ? {} : await readSettings(session, options.settings)
    const settings = { ...fromFile, ...settingsOf(options.set, t) }
    const updates = updatesOf(options, t)
    const selection = await selectionOf(session, options)
    if (isDryRun(command))
      return showTouched(session, command, await plannedFor(session, selection), idsOf(selection))
    await makePlan(session, {
      name: options.name ?? (await defaultName(session)),
      selection,
      purpose: options.purpose,
      updates,
      ...(Object.keys(settings).length > 0 && { settings }),
    })
  })
}

/** Makes the plan and shows it, with the hash to approve. Nothing starts. */
export async function makePlan(session: Session, request: PlanRequest): Promise<void> {
  const answer = await session.api.makePlan(request)
  session.show(answer, () => [
    ...planLines(answer.campaign, answer.plan, session),
    '',
    session.t.planNext(answer.campaign.campaignId),
  ])
}

/** A plan takes up servers that are named, or all of its clients': each would wait in it. */
export async function plannedFor(session: Session, selection: Selection): Promise<Touched> {
  const clients = await selectedClients(session, selection)
  const touched = await touchedByClients(session, clients)
  return selection.kind === 'servers' ? { ...touched, servers: selection.servers.length } : touched
}

export function idsOf(selection: Selection): readonly string[] {
  switch (selection.kind) {
    case 'everything':
      return []
    case 'rings':
      return selection.rings.map(String)
    case 'clients':
      return selection.clients
    case 'servers':
      return selection.servers
  }
}

/** Named updates alone, or the usual categories; categories that are named come on top of named updates. */
function updatesOf({ updates, categories, purpose }: PlanOptions, t: Session['t']): PlanRequest['updates'] {
  const ids = listOf(updates ?? [])
  const named = listOf(categories ?? '', /[,;]/)
  if (purpose === 'remove') {
    if (ids.length === 0 || named.length > 0) throw badInput(t.errors.removeWhat, t.errors.removeWhatFix)
    return { ids: ids.map((id) => kbNumber(id, t)), categories: [] }
  }
  const approved = named.map((text) => {
    const category = categoryOf(text)
    if (category === undefined)
      throw badInput(t.errors.noCategory(text), t.errors.noCategoryFix(approvableCategories.join(', ')))
    if (!approvableCategories.includes(category))
      throw badInput(t.errors.onlyByName(text), t.errors.onlyByNameFix(approvableCategories.join(', ')))
    return category
  })
  return { ids, categories: approved.length === 0 && ids.length === 0 ? [...usualCategories] : approved }
}

async function defaultName({ api, t, language, zone }: Session): Promise<string> {
  const { clocks } = await api.status()
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: zone })
  return t.planName(month.format(clocks.plan))
}
