import { cellLetters, ClientDetail, type Board } from '../../../../orchestrations/contracts/board.ts'
import type { ServerId } from '../../../../orchestrations/domain/ids.ts'
import type { Api } from '../api.ts'
import type { OperatorRecord } from './record.ts'
import type { When } from './script.ts'

/** What the desk sees at one look. `plan` and `wire`: epoch ms. */
export interface Look {
  readonly board: Board
  readonly plan: number
  readonly wire: number
  readonly api: Api
  readonly record: OperatorRecord
}

/** Undefined: not yet. With the server that the condition is about, where it is about one. */
export async function isMet(when: When, look: Look): Promise<{ serverId?: ServerId } | undefined> {
  const { board, plan, wire, record } = look
  switch (when.kind) {
    case 'at': {
      const { startedAt } = board.campaign
      return startedAt !== undefined && plan >= startedAt + when.minutes * 60_000 ? {} : undefined
    }
    case 'ring':
      return board.rings.some(({ ring, state }) => ring === when.ring && state.kind === when.state)
        ? {}
        : undefined
    case 'begun': {
      const row = board.clients.find(({ clientId }) => clientId === when.clientId)
      const begun = (row?.cells ?? '').split('').filter((cell) => cell !== cellLetters.pending).length
      return begun >= when.servers ? {} : undefined
    }
    case 'server':
      return findServer(when, look)
    case 'after': {
      const done = record.answered(when.action)
      const isTime =
        done !== undefined &&
        plan >= done.plan + when.minutes * 60_000 &&
        wire >= done.wire + when.seconds * 1_000
      return isTime ? {} : undefined
    }
  }
}

/** The first on the board; its client is only asked where the letters say that there is one. */
async function findServer(
  { state, reason, clientId }: Extract<When, { kind: 'server' }>,
  { board, api }: Look,
): Promise<{ serverId: ServerId } | undefined> {
  const { campaignId } = board.campaign
  const letter = cellLetters[state]
  const rows = board.clients.filter(
    (row) => row.cells.includes(letter) && (clientId === undefined || row.clientId === clientId),
  )
  for (const row of rows) {
    const { servers } = await api.get(`campaigns/${campaignId}/clients/${row.clientId}`, ClientDetail)
    const found = servers.find((server) => {
      const kind = server.state.kind === 'ended' ? server.state.outcome : server.state.kind
      const why = 'reason' in server.state ? server.state.reason?.code : undefined
      return kind === state && (reason === undefined || why === reason)
    })
    if (found) return { serverId: found.serverId }
  }
  return undefined
}
