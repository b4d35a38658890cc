import type { z } from 'zod'
import {
  Approval,
  ApprovalList,
  type NoteBody,
  NoticeList,
  NoticeTest,
  type TakeBody,
  TodoItem,
  TodoList,
  UpdateLine,
  UpdateList,
} from '../../orchestrations/contracts/api.ts'
import type { Send } from './http.ts'
import { allPages, queryOf, segment } from './pages.ts'

export interface TodoFilter {
  readonly client?: string | undefined
  readonly kind?: string | undefined
  readonly mine?: true | undefined
}

/** What waits for people, what they were told, what they allowed, and the updates that they judge. */
export function handOverCalls(send: Send) {
  const todo = (id: string) => `/api/todo/${segment(id)}`
  return {
    todo: async (filter: TodoFilter) =>
      (await send('GET', `/api/todo${queryOf({ ...filter })}`, TodoList)).items,
    takeTodo: ({ id, etag }: TodoItem, body: z.input<typeof TakeBody>) =>
      send('POST', `${todo(id)}/take`, TodoItem, { json: body, ifMatch: etag }),
    noteTodo: ({ id, etag }: TodoItem, body: z.input<typeof NoteBody>) =>
      send('POST', `${todo(id)}/note`, TodoItem, { json: body, ifMatch: etag }),
    notices: async (limit: number) => {
      let channels: NoticeList['channels'] = []
      const notices = await allPages(async (cursor) => {
        const path = `/api/notices${queryOf({ cursor, limit: Math.min(limit, 200) })}`
        const page = await send('GET', path, NoticeList)
        channels = page.channels
        return { items: page.notices, next: page.next }
      }, limit)
      return { notices, channels }
    },
    testNotices: () => send('POST', '/api/notices/test', NoticeTest),
    updates: (campaign?: string) => send('GET', `/api/updates${queryOf({ campaign })}`, UpdateList),
    changeUpdate: (kb: string, verb: 'block' | 'unblock', reason: string) =>
      send('POST', `/api/updates/${segment(kb)}/${verb}`, UpdateLine, { json: { reason } }),
    approvals: async () => (await send('GET', '/api/approvals', ApprovalList)).approvals,
    judgeApproval: (id: string, verb: 'approve' | 'refuse', reason: string) =>
      send('POST', `/api/approvals/${segment(id)}/${verb}`, Approval, { json: { reason } }),
  }
}
