import type { HttpResponseInit } from '@azure/functions'
import { canonicalJson } from '../../../orchestrations/domain/canonical.ts'
import { z } from 'zod'
import type { ApprovalRow } from '../../adapters/tables/approvalRows.ts'
import { audit } from '../../control/audit.ts'
import { openItems } from '../../control/todo.ts'
import type { Services } from '../../services.ts'
import { json, parseJson, Refusal } from '../respond.ts'
import { bodyOf } from './call.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Call, Route } from './route.ts'

/** How long a question stands, and how long what was approved may be done, wire ms. */
const askedMs = 12 * 3_600_000
export const approvedMs = 30 * 60_000
const longestRequest = 2_000

type Act = () => Promise<HttpResponseInit>

/**
 * Where a second person is required: 202 with what is asked for, until another person has approved this very call;
 * then the call is done, once. The approval is taken before, so that of two calls at one moment one gets it, and
 * given back when the call is refused: nothing was done. A fault gives nothing back, since it may have been done.
 */
export async function withSecondPerson(
  services: Services,
  route: Route,
  call: Call,
  act: Act,
): Promise<HttpResponseInit> {
  const action = route.twoPerson
  if (action === undefined || !services.settings.ATLAS_SECOND_PERSON.includes(action)) return act()
  const request = await requestOf(route, call)
  const key = await fingerprintOf(route, call)
  const approved = await take(services, key)
  if (approved === undefined) return ask(services, call, { action, request, key })
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) await giveBack(services, key, approved)
    throw error
  }
}

/** The approval of a call, which is used from now on; undefined: there is none. */
async function take(services: Services, key: string): Promise<ApprovalRow | undefined> {
  const now = services.clocks.wire()
  let approved: ApprovalRow | undefined
  const used = await services.approvals.change(key, (row) => {
    approved = row && isApproved(row, now) ? row : undefined
    return approved && { ...approved, state: { kind: 'used' } }
  })
  openItems.forget(services)
  return used && approved
}

/** As it was, its half hour too; unless the same was asked for anew meanwhile. */
async function giveBack(services: Services, key: string, approved: ApprovalRow): Promise<void> {
  await services.approvals.change(key, (row) =>
    row?.approvalId === approved.approvalId && row.state.kind === 'used' ? approved : undefined,
  )
  openItems.forget(services)
}

async function ask(
  services: Services,
  call: Call,
  { action, request, key }: Pick<ApprovalRow, 'action' | 'request'> & { readonly key: string },
): Promise<HttpResponseInit> {
  const now = services.clocks.wire()
  const known = await services.approvals.find(key)
  if (known && isWaiting(known, now)) return json(known, 202)
  const asked: ApprovalRow = {
    approvalId: services.newId(),
    action,
    requestedBy: call.me.name,
    requestedAt: now,
    expiresAt: now + askedMs,
    request,
    state: { kind: 'waiting' },
  }
  await audit(services, {
    actor: call.me.name,
    action: 'approval.requested',
    object: asked.approvalId,
    detail: { action, request: request.slice(0, 500) },
  })
  const stored = await services.approvals.change(key, (row) =>
    row && isWaiting(row, now) ? undefined : asked,
  )
  openItems.forget(services)
  return json(stored ?? (await services.approvals.find(key)) ?? asked, 202)
}

const isApproved = ({ state, expiresAt }: ApprovalRow, now: number): boolean =>
  state.kind === 'approved' && expiresAt > now
export const isWaiting = ({ state, expiresAt }: ApprovalRow, now: number): boolean =>
  state.kind === 'waiting' && expiresAt > now

/** The call in words that whoever judges can read; refuses what is malformed before anybody is asked. */
async function requestOf(route: Route, call: Call): Promise<string> {
  if (route.path.includes('{clientId}')) call.clientId()
  if (route.path.includes('{serverId}')) call.serverId()
  const bytes = await bodyOf(route, call)
  if (route.body !== undefined && !('media' in route.body)) parseJson(route.body, bytes)
  const path = URL.parse(call.request.url)?.pathname ?? ''
  const body = canonicalJson(parseJson(z.json(), bytes))
  return `${route.method} ${path} ${body}`.slice(0, longestRequest)
}
