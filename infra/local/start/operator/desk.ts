import { join } from 'node:path'
import { z } from 'zod'
import type { Board, RingRow } from '../../../../orchestrations/contracts/board.ts'
import { wireNow } from '../../clock/wire.ts'
import { ApiRefusal, type Api } from '../api.ts'
import { callOf, untilOf } from './calls.ts'
import { isMet } from './conditions.ts'
import { OperatorRecord } from './record.ts'
import { Deed, type Action, type OperatorScript } from './script.ts'

export interface DeskOptions {
  /** The data folder: the record is `<data>/operator.ndjson`. */
  readonly data: string
  readonly api: Api
  readonly script: OperatorScript
  /** Plan time, epoch ms. */
  readonly planNow: () => number
  readonly say: (text: string) => void
}

const waitsForSomebody = new Set<RingRow['state']['kind']>(['gateHeld', 'tripped', 'waitsForPromote'])

/** Somebody at the desk: does what the script says, through the API alone, and writes down what was answered. */
export class Desk {
  readonly #options: DeskOptions
  readonly #record: OperatorRecord

  constructor(options: DeskOptions) {
    this.#options = options
    this.#record = new OperatorRecord(join(options.data, 'operator.ndjson'))
  }

  /** Whether the script has something left to do: then it is worth looking often. */
  get isBusy(): boolean {
    return this.#left().length > 0
  }

  /** What was asked for with the plan: who judges a campaign needs it. */
  started(settings: unknown): void {
    if (this.#record.answered('start') !== undefined) return
    const now = { plan: this.#options.planNow(), wire: wireNow() }
    this.#record.write({
      phase: 'answered',
      name: 'start',
      action: 'startCampaign',
      ok: true,
      settings,
      ...now,
    })
  }

  /** Does everything whose time has come. */
  async act(board: Board): Promise<void> {
    const { api, planNow } = this.#options
    for (const action of this.#left()) {
      const look = { board, api, record: this.#record, plan: planNow(), wire: wireNow() }
      const met = await isMet(action.when, look)
      if (met !== undefined)
        await this.#do(action.name, Deed.parse({ ...met, ...definedOf(action.do) }), board)
    }
  }

  /**
   * A rehearsal has nobody else at the desk: a ring whose gate or breaker waits for an operator is promoted, and the
   * ledger and the board say by whom. A ring that somebody holds stays held; one that the script will see to is left.
   */
  async promoteWaiting(board: Board): Promise<RingRow[]> {
    const promised = this.#left().flatMap((action) =>
      action.do.kind === 'promoteRing' && action.when.kind === 'ring' ? [action.do.ring] : [],
    )
    const waiting = board.rings.filter(
      ({ ring, state }) => waitsForSomebody.has(state.kind) && !promised.includes(ring),
    )
    for (const { ring } of waiting)
      await this.#do(
        'rehearsal',
        { kind: 'promoteRing', ring, reason: 'Rehearsal: promotes by itself' },
        board,
      )
    return waiting
  }

  #left(): readonly Action[] {
    return this.#options.script.actions.filter(({ name }) => this.#record.answered(name) === undefined)
  }

  async #do(name: string, deed: Deed, { campaign }: Board): Promise<void> {
    const { api, planNow, say } = this.#options
    const plan = planNow()
    const { kind: action, ...about } = deed
    const { reason: _, ...subject } = about
    const line = { name, action, ...subject, ...untilOf(deed, plan) }
    const call = callOf(deed, campaign.campaignId, plan)
    this.#record.write({ phase: 'asked', ...line, plan, wire: wireNow() })
    const refusal = await refusalOf(api, call.path, call.body)
    const answered = { plan: planNow(), wire: wireNow(), ok: refusal === undefined }
    this.#record.write({ phase: 'answered', ...line, ...answered, ...(refusal && { refusal }) })
    if (name !== 'rehearsal')
      say(`\nOperator (${name}): ${action}${refusal ? `, refused: ${refusal.title}` : ''}`)
  }
}

/** Undefined when it was done. A refusal is an answer; that nobody answers is not. */
async function refusalOf(api: Api, path: string, body: unknown) {
  try {
    await api.post(path, body, z.unknown())
    return undefined
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error
    const { status, title, detail } = error.problem
    return { status, title, ...(detail === undefined ? {} : { detail }) }
  }
}

const definedOf = (deed: Deed): object =>
  Object.fromEntries(Object.entries(deed).filter(([, value]) => value !== undefined))
