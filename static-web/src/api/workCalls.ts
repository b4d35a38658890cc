import { z } from 'zod'
import {
  Approval,
  ApprovalList,
  EnrolmentList,
  NoticeList,
  NoticeTest,
  TodoItem,
  TodoList,
} from '../../../orchestrations/contracts/api.ts'
import type { Call } from './http.ts'
import { at, queryOf } from './paths.ts'
import { posting } from './posting.ts'

export type Judgement = 'approve' | 'refuse'

/** What waits for people: to do, enrolments, second persons, and who was told what. */
export function workCalls(call: Call) {
  const post = posting(call)
  const item = (id: string, verb: string) => `api/todo/${at(id)}/${verb}`
  return {
    todo: (mine = false) => call(`api/todo${queryOf({ mine })}`, TodoList),
    takeTodo: (one: TodoItem, body: { release?: boolean; force?: boolean }) =>
      post(item(one.id, 'take'), TodoItem, body, { ifMatch: one.etag }),
    noteTodo: (one: TodoItem, body: { text: string; decideAt?: number }) =>
      post(item(one.id, 'note'), TodoItem, body, { ifMatch: one.etag }),
    enrolments: () => call('api/enrolments', EnrolmentList),
    judgeEnrolment: (id: string, verb: Judgement, reason: string) =>
      post(`api/enrolments/${at(id)}/${verb}`, z.unknown(), { reason }),
    approvals: () => call('api/approvals', ApprovalList),
    judgeApproval: (id: string, verb: Judgement, reason: string) =>
      post(`api/approvals/${at(id)}/${verb}`, Approval, { reason }),
    notices: (cursor?: string) => call(`api/notices${queryOf({ cursor })}`, NoticeList),
    testNotices: () => post('api/notices/test', NoticeTest),
  }
}
