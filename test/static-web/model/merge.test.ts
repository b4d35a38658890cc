import type { Frame } from '../../../orchestrations/contracts/board.ts'
import { describe, expect, it } from 'vitest'
import { behind, withFrame, withSnapshot } from '../../../static-web/src/model/merge.ts'
import { sceneBoard, sceneLedger } from '../../e2e/scene.ts'

const board = sceneBoard(20, 10)
const held = withSnapshot(undefined, board, 1000)
const first = board.clients[0]
if (!first) throw new Error('the scene is empty')
const newer = { ...first, revision: first.revision + 1, cells: 'ssssssssss' }
const clientFrame: Frame & { type: 'client' } = {
  type: 'client',
  clientId: first.clientId,
  row: newer,
  ledger: [],
}

describe('the held board', () => {
  it('takes a newer row and leaves the others as they are', () => {
    const next = withFrame(held, clientFrame, 2000)
    expect(next.board.clients[0]).toBe(newer)
    expect(next.board.clients[1]).toBe(held.board.clients[1])
  })

  it('keeps the newest row whatever the order of frames', () => {
    const ahead = withFrame(held, clientFrame, 2000)
    const late = withFrame(ahead, { ...clientFrame, row: { ...first, cells: 'pppppppppp' } }, 3000)
    expect(late.board).toBe(ahead.board)
  })

  it('is not thrown back by a snapshot that was read before a frame came', () => {
    const ahead = withFrame(held, clientFrame, 2000)
    expect(withSnapshot(ahead, board, 3000).board.clients[0]).toBe(newer)
  })

  it('leaves frames of another campaign alone', () => {
    const { campaign, clocks, stop, rings } = sceneBoard(3, 2)
    const other = { ...campaign, campaignId: `${campaign.campaignId}-other` as typeof campaign.campaignId }
    const frame: Frame = { type: 'fleet', campaign: other, clocks, stop, rings, rows: [newer], ledger: [] }
    expect(withFrame(held, frame, 2000)).toBe(held)
  })

  it('takes clocks and stop from a digest and names who lags behind', () => {
    const revisions = { [first.clientId]: first.revision + 1, [newer.name]: 99 }
    const stop = { kind: 'clear', epoch: 4 } as const
    const digest: Frame & { type: 'digest' } = { type: 'digest', clocks: board.clocks, stop, revisions }
    const next = withFrame(held, digest, 2000)
    expect(next).toMatchObject({ clocksAt: 2000, board: { stop } })
    expect(behind(next.board, digest)).toEqual([first.clientId])
    expect(behind(next.board, { ...digest, revisions: { [first.clientId]: first.revision } })).toEqual([])
  })

  it('asks for nothing because of another campaign’s digest', () => {
    const campaignId = `${board.campaign.campaignId}-other` as typeof board.campaign.campaignId
    const revisions = { [first.clientId]: 999 }
    const digest: Frame & { type: 'digest' } = {
      type: 'digest',
      campaignId,
      clocks: board.clocks,
      stop: board.stop,
      revisions,
    }
    expect(behind(board, digest)).toEqual([])
  })

  it('takes a new reason to wait though the ledger has no new line', () => {
    const waits = { ...first, state: { kind: 'held', reason: { code: 'windowClosed' } } } as const
    const next = withFrame(held, { ...clientFrame, row: waits }, 2000)
    expect(next.board.clients[0]).toBe(waits)
    expect(withFrame(next, { ...clientFrame, row: { ...waits } }, 3000).board).toBe(next.board)
  })

  it('does not let an answer that was overtaken take a raised stop back', () => {
    const stop = { kind: 'raised', epoch: 1, at: 1, actor: 'x', reason: '', open: 3, clientsToGo: 0 } as const
    const clocks = { ...board.clocks, wire: board.clocks.wire + 5 }
    const raised = withFrame(held, { type: 'digest', clocks, stop, revisions: {} }, 2000)
    expect(withSnapshot(raised, board, 3000).board.stop).toBe(stop)
  })

  it('keeps each ledger line once, newest first', () => {
    const ledger = sceneLedger(first)
    const once = withFrame(held, { ...clientFrame, ledger }, 2000)
    const twice = withFrame(once, { ...clientFrame, ledger }, 3000)
    expect(twice.ledger.map((line) => line.sequence)).toEqual(
      ledger.map((line) => line.sequence).toReversed(),
    )
  })
})
