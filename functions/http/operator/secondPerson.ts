import type { HttpResponseInit } from '@azure/functions'
import { canonicalJson } from '../../../orchestrations/domain/canonical.ts'
import { z } from 'zod'
import type { ApprovalRow } from '../../adapters/tables/approvalRows.ts'
import { audit } from '../../control/audit.ts'
import { openItems } from '../../control/todo.ts'
import type { Services } from '../../services.ts'
import { json, parseJson } from '../respond.ts'
import { bodyOf } from './call.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Call, Route } from './route.ts'

/** How long a question stands, and how long what was approved may be done, wire ms. */
const askedMs = 12 * 3_600_000
export const approvedMs = 30 * 60_000
const longestRequest = 2_000

/**
 * Where a second person is required: 202 with what is asked for, until another person has approved this very call;
 * then undefined, once, and the call is done.
 */
export async function secondPerson(
  services: Services,
  route: Route,
  call: Call,
): Promise<HttpResponseInit | undefined> {
  const action = route.twoPerson
  if (action === undefined || !services.settings.ATLAS_SECOND_PERSON.includes(action)) return undefined
  const request = await requestOf(route, call)
  const key = await fingerprintOf(route, call)
  const now = services.clocks.wire()
  const used = await services.approvals.change(key, (row) =>
    row && isApproved(row, now) ? { ...row, state: { kind: 'used' } } : undefined,
  )
  if (used) {
    openItems.forget(services)
    return undefined
  }
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
