import type { Approval } from '../../orchestrations/contracts/api.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import type { Reader } from './reader.ts'
import { dayTime } from './times.ts'

/** Who asks for what, until when, with the request that would be allowed. */
export function approvalLines(approvals: readonly Approval[], reader: Reader): string[] {
  const { t, paint, language, zone } = reader
  if (approvals.length === 0) return [t.noApprovals]
  return approvals.flatMap((one) => [
    `${paint('bold', one.approvalId)}  ${wordsOf(language).actions[one.action]}  ${stateOf(one, reader)}`,
    `  ${t.askedBy(one.requestedBy, dayTime(one.requestedAt, language, zone), dayTime(one.expiresAt, language, zone))}`,
    `  ${one.request}`,
  ])
}

function stateOf({ state }: Approval, { t }: Reader): string {
  switch (state.kind) {
    case 'waiting':
    case 'used':
      return t.approvalStates[state.kind]
    case 'approved':
      return t.by(t.approvalStates.approved, state.by, '')
    case 'refused':
      return t.by(t.approvalStates.refused, state.by, state.reason)
  }
}
