import type { z } from 'zod'
import {
  Approval,
  ApprovalList,
  CalendarAnswer,
  CampaignReport,
  EnrolmentList,
  EnrolmentTokenList,
  ExcludeBody,
  NoteBody,
  NoticeList,
  NoticeTest,
  Preparation,
  PrepareBody,
  ReasonBody,
  ResolveBody,
  RetryBody,
  ServerAnswer,
  TakeBody,
  TodoItem,
  TodoList,
  UnlockBody,
  UpdateLine,
  UpdateList,
  Waiver,
  WaiverBody,
  WaiverList,
  BlockBody,
} from '../../orchestrations/contracts/api.ts'
import { type Board, type ClientRow } from '../../orchestrations/contracts/board.ts'
import { planNow } from '../e2e/scene.ts'
import { type Answer, answered, problem, type Received, taken } from './wire.ts'

import {
  asked,
  clientShow,
  hour,
  type Line,
  linesOf,
  openItem,
  preparationOf,
  report,
  serverList,
  serverShow,
  update,
} from './nightScene.ts'

const nothing: Answer = { status: 204, body: '' }

/** The routes of operations by night; undefined: not one of them. */
export function nightRoute(request: Received, board: Board): Answer | undefined {
  const { method, path, query } = request
  const parts = path.replace('/api/', '').split('/').map(decodeURIComponent)
  const [noun = '', id = '', verb = ''] = parts
  const row = board.clients.find((one) => one.clientId === id)
  const line = board.clients.flatMap(linesOf).find((one) => one.serverId === id)
  switch (noun) {
    case 'servers':
      if (id === '') return serverList(board, query)
      if (!line) return problem(404, `There is no server ${id}`)
      return method === 'GET' ? serverShow(line, board) : serverVerb(request, verb, line)
    case 'clients':
      return row ? clientVerb(request, verb, row) : undefined
    case 'todo':
      return todo(request, id, verb)
    case 'waivers': {
      const waiver = { clientId: 'client-1', host: 'DC01', actor: 'M. Durand', at: planNow }
      if (method === 'DELETE') return nothing
      const known = { ...waiver, serverId: 'client-1.dc01', until: planNow + hour, reason: 'lab' }
      if (method === 'GET') return answered(WaiverList, { waivers: [known] })
      return answered(Waiver, { ...waiver, ...taken(WaiverBody, request) }, 201)
    }
    case 'updates':
      if (id === '') return answered(UpdateList, { updates: [update] })
      return answered(UpdateLine, {
        ...update,
        ...(verb === 'block' && {
          blocked: { ...taken(BlockBody, request), actor: 'M. Durand', at: planNow },
        }),
      })
    case 'approvals':
      if (id === '') return answered(ApprovalList, { approvals: [asked] })
      taken(ReasonBody, request)
      return answered(Approval, {
        ...asked,
        state:
          verb === 'approve'
            ? { kind: 'approved', by: 'C. Petit' }
            : { kind: 'refused', by: 'C. Petit', reason: 'not tonight' },
      })
    case 'notices':
      return notices(id)
    case 'enrolments': {
      const host = {
        clientId: 'client-1',
        host: 'NEW01',
        thumbprint: 'abc',
        agentVersion: '1',
        askedAt: planNow,
      }
      if (id === '') return answered(EnrolmentList, { enrolments: [{ enrolmentId: 'e-1', ...host }] })
      return nothing
    }
    case 'enrolment-tokens':
      if (method === 'DELETE') return nothing
      if (method === 'POST') return undefined
      return answered(EnrolmentTokenList, {
        tokens: [{ id: 't-1', clientId: 'client-1', left: 7, expiresAt: planNow, issuedBy: 'M. Durand' }],
      })
    case 'exports':
      return { status: 200, body: 'ServerName;Status\r\nDC01;Completed\r\n', type: 'text/csv; charset=utf-8' }
    case 'campaigns':
      return verb === '' ? undefined : campaignRoute(request, verb, board)
    default:
      return undefined
  }
}

function serverVerb(request: Received, verb: string, { serverId }: Line): Answer {
  switch (verb) {
    case 'exclude': {
      const { reason, until } = taken(ExcludeBody, request)
      const excluded = { reason, actor: 'M. Durand', at: planNow, ...(until !== undefined && { until }) }
      return answered(ServerAnswer, { serverId, excluded })
    }
    case 'retry':
      taken(RetryBody, request)
      return answered(ServerAnswer, { serverId, state: { kind: 'pending' } }, 202)
    case 'resolve': {
      const { outcome } = taken(ResolveBody, request)
      return answered(ServerAnswer, { serverId, state: { kind: 'ended', outcome, endedAt: planNow } })
    }
    default:
      taken(ReasonBody, request)
      return answered(ServerAnswer, { serverId })
  }
}

function clientVerb(request: Received, verb: string, row: ClientRow): Answer | undefined {
  switch (verb) {
    case '':
      return clientShow(row)
    case 'exclude': {
      const { reason, until } = taken(ExcludeBody, request)
      return clientShow(row, {
        excluded: { reason, actor: 'M. Durand', at: planNow, ...(until !== undefined && { until }) },
      })
    }
    case 'include':
      return clientShow(row)
    case 'unlock':
      taken(UnlockBody, request)
      return clientShow(row, { lock: { fence: 5 } })
    case 'calendar':
      return answered(CalendarAnswer, {
        clientId: row.clientId,
        url: `http://h/api/calendars/${row.clientId}?key=k`,
      })
    default:
      return undefined
  }
}

function todo(request: Received, id: string, verb: string): Answer {
  if (id === '') return answered(TodoList, { items: [openItem] })
  if (request.ifMatch !== openItem.etag) return problem(412, 'The item has changed')
  if (verb === 'take') {
    const { release } = taken(TakeBody, request)
    return answered(TodoItem, release ? openItem : { ...openItem, takenBy: 'M. Durand', takenAt: planNow })
  }
  const { text, decideAt } = taken(NoteBody, request)
  const notes = [...openItem.notes, { at: planNow, by: 'M. Durand', text }]
  return answered(TodoItem, { ...openItem, notes, ...(decideAt !== undefined && { decideAt }) })
}

function notices(id: string): Answer {
  const deliveries: z.input<typeof NoticeTest>['deliveries'] = [
    { kind: 'sent', channel: 'mail', at: planNow },
    { kind: 'failed', channel: 'webhook', at: planNow, attempts: 3, error: 'refused' },
  ]
  if (id === 'test') return answered(NoticeTest, { deliveries })
  return answered(NoticeList, {
    channels: ['mail', 'webhook'],
    notices: [{ id: 'n', kind: 'needsOperator', at: planNow, planAt: planNow, host: 'SQL01', deliveries }],
  })
}

function campaignRoute(request: Received, verb: string, board: Board): Answer | undefined {
  const { query, path } = request
  if (verb === 'prepare') {
    taken(PrepareBody, request)
    return answered(Preparation, preparationOf(board, 'running'), 202)
  }
  if (verb === 'preparation') return answered(Preparation, preparationOf(board))
  if (verb !== 'report' || !path.endsWith('/report')) return undefined
  const format = query.get('format')
  if (format === 'html')
    return { status: 200, body: `<html lang="${query.get('language')}">`, type: 'text/html; charset=utf-8' }
  if (format === 'csv') return { status: 200, body: 'Server\r\n', type: 'text/csv' }
  return answered(CampaignReport, report(board))
}
