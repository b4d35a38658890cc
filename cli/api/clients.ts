import {
  CalendarAnswer,
  ClientList,
  ClientShow,
  ControlAnswer,
  type ExcludeBody,
} from '../../orchestrations/contracts/api.ts'
import type { Send } from './http.ts'
import { segment } from './pages.ts'

export interface Pause {
  readonly reason: string
  readonly until?: number
  readonly caller?: string
}

/** One client apart from any campaign. */
export function clientCalls(send: Send) {
  const client = (id: string) => `/api/clients/${segment(id)}`
  return {
    clients: async () => (await send('GET', '/api/clients', ClientList)).clients,
    client: (id: string) => send('GET', client(id), ClientShow),
    pauseClient: (id: string, pause: Pause) =>
      send('POST', `${client(id)}/pause`, ControlAnswer, { json: pause }),
    changeClient: (id: string, verb: 'resume' | 'stop', reason: string) =>
      send('POST', `${client(id)}/${verb}`, ControlAnswer, { json: { reason } }),
    excludeClient: (id: string, body: ExcludeBody) =>
      send('POST', `${client(id)}/exclude`, ClientShow, { json: body }),
    includeClient: (id: string, reason: string) =>
      send('POST', `${client(id)}/include`, ClientShow, { json: { reason } }),
    unlockClient: (id: string, reason: string) =>
      send('POST', `${client(id)}/unlock`, ClientShow, { json: { reason } }),
    calendar: (id: string) => send('POST', `${client(id)}/calendar`, CalendarAnswer),
  }
}
