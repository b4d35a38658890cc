import { z } from 'zod'
import { Approval, ApprovalList, ReasonBody } from '../../../orchestrations/contracts/api.ts'
import type { ApprovalRow } from '../../adapters/tables/approvalRows.ts'
import { audit } from '../../control/audit.ts'
import { openItems } from '../../control/todo.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { requireWholeFleet } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'
import { approvedMs, isWaiting } from './secondPerson.ts'

export const approvalRoutes: readonly Route[] = [
  {
    name: 'listApprovals',
    method: 'GET',
    path: 'approvals',
    roles: readers,
    summary: 'Lists what a second person was asked to allow, newest first.',
    answers: { 200: ApprovalList },
    handle: listApprovals,
  },
  {
    name: 'approveRequest',
    method: 'POST',
    path: 'approvals/{approvalId}/approve',
    roles: ['approver'],
    summary: 'Allows what another person asked for: once, within half an hour.',
    body: ReasonBody,
    answers: { 200: Approval },
    handle: (services, call) => judge(services, call, 'approved'),
  },
  {
    name: 'refuseRequest',
    method: 'POST',
    path: 'approvals/{approvalId}/refuse',
    roles: ['approver'],
    summary: 'Refuses what another person asked for.',
    body: ReasonBody,
    answers: { 200: Approval },
    handle: (services, call) => judge(services, call, 'refused'),
  },
]

const listed = 200

/** Who sees only some clients sees only their own requests: others' may name other clients. */
async function listApprovals(services: Services, call: Call) {
  const rows = (await services.approvals.list()).map(([, row]) => row)
  const approvals = rows
    .filter((row) => call.me.clients === 'all' || row.requestedBy === call.me.name)
    .sort((a, b) => b.requestedAt - a.requestedAt)
    .slice(0, listed)
  return json({ approvals } satisfies ApprovalList)
}

async function judge(services: Services, call: Call, verdict: 'approved' | 'refused') {
  requireWholeFleet(call.me)
  const { reason } = await call.body(ReasonBody)
  const id = call.param('approvalId', z.string().min(1).max(100), 'approval')
  const [key, asked] = (await services.approvals.list()).find(([, row]) => row.approvalId === id) ?? []
  if (key === undefined || !asked) throw new Refusal('noSuchApproval', { approvalId: id })
  const by = call.me.name
  const now = services.clocks.wire()
  requireJudgeable(asked, by, now)
  await audit(services, {
    actor: by,
    action: `approval.${verdict}`,
    object: id,
    detail: { action: asked.action, requestedBy: asked.requestedBy, reason },
  })
  const row = await services.approvals.change(key, (current) => {
    if (current?.approvalId !== id) throw gone(id)
    requireJudgeable(current, by, now)
    return verdict === 'approved'
      ? { ...current, expiresAt: now + approvedMs, state: { kind: 'approved', by } }
      : { ...current, state: { kind: 'refused', by, reason } }
  })
  openItems.forget(services)
  return json(row)
}

const gone = (id: string) => new Refusal('approvalReplaced', { approvalId: id })

function requireJudgeable(row: ApprovalRow, by: string, now: number): void {
  if (row.requestedBy === by) throw new Refusal('ownRequest')
  if (!isWaiting(row, now)) throw new Refusal('approvalNotWaiting')
}
