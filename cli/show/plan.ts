import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import type { Plan } from '../../orchestrations/domain/planned.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { categoryOf } from '../../orchestrations/domain/updates.ts'
import { headLines } from './campaign.ts'
import { why, type Reader } from './reader.ts'
import { ringName } from './ringState.ts'
import { table } from './table.ts'
import { dayTime, timeRange } from './times.ts'

type Ring = Plan['rings'][number]
type Client = Ring['clients'][number]

/** The plan as it would be executed: who, when, who doesn't fit and why, and the hash that stands for it. */
export function planLines(head: CampaignHead, plan: Plan, reader: Reader): string[] {
  const { t } = reader
  const { ids } = plan.updates
  const { updateCategories } = wordsOf(reader.language)
  const categories = plan.updates.categories.map((text) => {
    const category = categoryOf(text)
    return category === undefined ? text : updateCategories[category]
  })
  const servers = plan.rings.flatMap((ring) => ring.clients).flatMap((client) => client.servers).length
  return [
    ...headLines(head, reader),
    '',
    t.planSize(servers, plan.rings.flatMap((ring) => ring.clients).length),
    plan.purpose === 'remove'
      ? t.planRemoves(ids.join(', '))
      : t.planUpdates(ids.join(', '), categories.join(', ')),
    t.planEnd(range(plan.end, reader)),
    ...plan.rings.flatMap((ring) => ['', ...ringLines(ring, reader)]),
    ...refusedLines(plan, reader),
  ]
}

const range = ({ p20, p80 }: Plan['end'], { language, zone }: Reader): string =>
  timeRange(p20, p80, language, zone)

function ringLines(ring: Ring, reader: Reader): string[] {
  const { t, paint } = reader
  const title = t.planRing(ringName(ring.ring, reader), ring.clients.length, ring.soakMinutes)
  const head = ['', t.servers, t.firstStart, t.expectedEnd, ''].map((text) => paint('dim', text))
  return [
    paint('bold', title),
    ...table([head, ...ring.clients.map((client) => clientCells(client, reader))]),
    ...ring.clients.flatMap((client) => overflow(client, reader)),
  ]
}

function clientCells(client: Client, reader: Reader): string[] {
  const own = { ...reader, zone: client.zone }
  return [
    `  ${client.name}`,
    String(client.servers.length),
    dayTime(client.firstStart, reader.language, client.zone),
    range(client.end, own),
    client.why ? why(client.why, own) : '',
  ]
}

/** Servers that the first window has no room for, by name. */
function overflow({ name, servers, doesNotFit }: Client, { t, paint }: Reader): string[] {
  if (doesNotFit.length === 0) return []
  const hosts = doesNotFit.map((id) => servers.find((server) => server.serverId === id)?.host ?? id)
  return [paint('yellow', `  → ${t.doesNotFit(name, hosts)}`)]
}

function refusedLines({ refused }: Plan, reader: Reader): string[] {
  if (refused.length === 0) return []
  const rows = refused.map(({ serverId, reason }) => [`  / ${serverId}`, why(reason, reader)])
  return ['', reader.paint('bold', reader.t.notInPlan(refused.length)), ...table(rows)]
}
