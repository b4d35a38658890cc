import { CalendarAnswer } from '../../../orchestrations/contracts/api.ts'
import { calendarKey } from '../../calendar/key.ts'
import { audit } from '../../control/audit.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { noSuchClient } from './auth.ts'
import type { Call, Route } from './route.ts'

export const calendarRoutes: readonly Route[] = [
  {
    name: 'shareCalendar',
    method: 'POST',
    path: 'clients/{clientId}/calendar',
    roles: ['operator'],
    summary: "Gives the address of a client's iCalendar feed; whoever has it may read it.",
    answers: { 200: CalendarAnswer },
    handle: shareCalendar,
  },
]

async function shareCalendar(services: Services, call: Call) {
  const clientId = call.clientId()
  const config = await services.clients.read(clientId, {}, (partition) => partition.config())
  if (!config) throw noSuchClient(clientId)
  await audit(services, { actor: call.me.name, action: 'calendar.shared', object: clientId })
  const { origin } = new URL(services.settings.ATLAS_PAGE_URL ?? call.request.url)
  const url = `${origin}/api/calendars/${clientId}?key=${calendarKey(services.settings, clientId)}`
  return json({ clientId, url } satisfies CalendarAnswer)
}
