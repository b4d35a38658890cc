import type { Board, Frame } from '../../../orchestrations/contracts/board.ts'
import type { OperatorApi } from '../api/calls.ts'
import { Refusal } from '../api/http.ts'
import { type Heard, pollEveryMs, probeAfterMs, pushWorks } from '../model/freshness.ts'
import { behind, type Held, withFrame, withRows, withSnapshot } from '../model/merge.ts'
import { Gaps } from './gaps.ts'
import { openLine } from './line.ts'

export interface LiveState {
  readonly held: Held | undefined
  readonly heard: Heard
  /** Why there is no board at all; a board that was once seen stays, with its age. */
  readonly error: Refusal | undefined
}

const beatMs = 400
/** Frames of one moment become one drawing. */
const drawAfterMs = 50
/** More lagging clients than this are fetched as one board. */
const fewGaps = 6
/** A snapshot that could not be read is asked for again. */
const retryAfterMs = 2_000
/** Without digests a lost frame is found by reading all again, this often. */
const scopedEveryMs = 20_000

/**
 * One campaign's board, kept true: snapshot, then frames; gaps are fetched, a new connection resyncs, a silent
 * line is replaced by asking.
 */
export class LiveBoard {
  readonly #api: OperatorApi
  readonly id: string
  readonly #now: () => number
  readonly #gaps = new Gaps()
  readonly #listeners = new Set<() => void>()
  #state: LiveState
  #heard: Heard
  #askedAt = -Infinity
  #asking = false
  #wasPushed = true
  /** A snapshot is owed: what was pushed while no line stood is lost, and the last attempt to read it failed. */
  #owed = true
  #drawing = false
  /** Digests go to the fleet's group: who sees only some clients can't miss them. */
  #seesFleet = true

  constructor(api: OperatorApi, id: string, now: () => number) {
    this.#api = api
    this.id = id
    this.#now = now
    this.#heard = { line: now(), frame: now(), truth: -Infinity }
    this.#state = { held: undefined, heard: this.#heard, error: undefined }
  }

  readonly state = (): LiveState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts to listen; the returned function ends it. */
  open(): () => void {
    const negotiate = async () => {
      const { url, groups } = await this.#api.negotiate()
      this.#seesFleet = groups.includes('fleet')
      return url
    }
    const close = openLine(negotiate, {
      heard: () => this.#hear({ line: this.#now(), ...(this.#seesFleet ? {} : { frame: this.#now() }) }),
      frame: (frame) => this.#take(frame),
      connected: () => {
        this.#hear({ line: this.#now(), frame: this.#now() })
        void this.resync()
      },
    })
    const beat = setInterval(() => this.#beat(), beatMs)
    const look = () => {
      if (document.visibilityState === 'visible') void this.resync()
    }
    document.addEventListener('visibilitychange', look)
    void this.resync()
    return () => {
      close()
      clearInterval(beat)
      document.removeEventListener('visibilitychange', look)
    }
  }

  /** Reads the whole board again. Never rejects: what went wrong is in the state. */
  readonly resync = async (): Promise<void> => {
    this.#askedAt = this.#now()
    this.#owed = true
    await this.#ask(async () => this.#keep(await this.#api.board(this.id, pollEveryMs - 500)))
  }

  #beat(): void {
    const now = this.#now()
    const pushed = pushWorks(this.#heard, now)
    if (pushed && !this.#wasPushed) void this.resync()
    this.#wasPushed = pushed
    if (this.#asking) return
    if (!pushed && now - this.#askedAt >= pollEveryMs) void this.resync()
    else if (this.#owed && now - this.#askedAt >= retryAfterMs) void this.resync()
    else if (!this.#seesFleet && now - this.#askedAt >= scopedEveryMs) void this.resync()
    else if (pushed && now - this.#heard.truth >= probeAfterMs) void this.#probe()
    this.#fill(this.#gaps.due(now))
  }

  async #probe(): Promise<void> {
    await this.#ask(async () => {
      const { clocks, stop } = await this.#api.status()
      const held = this.#state.held
      if (held) this.#set({ ...held, board: { ...held.board, clocks, stop }, clocksAt: this.#now() })
      this.#hear({ truth: this.#now() })
    })
  }

  #fill(clients: readonly string[]): void {
    if (clients.length > fewGaps) void this.resync()
    else for (const client of clients) void this.#fetch(client)
  }

  async #fetch(client: string): Promise<void> {
    await this.#ask(async () => {
      const { row } = await this.#api.client(this.id, client)
      const held = this.#state.held
      if (held) this.#set({ ...held, board: withRows(held.board, [row]) })
      this.#gaps.closed([row])
    })
  }

  async #ask(work: () => Promise<void>): Promise<void> {
    this.#asking = true
    try {
      await work()
    } catch (cause) {
      const error = cause instanceof Refusal ? cause : new Refusal('broken', String(cause))
      this.#state = { ...this.#state, error }
      this.#draw()
    } finally {
      this.#asking = false
    }
  }

  #keep(board: Board): void {
    this.#owed = false
    this.#gaps.closed(board.clients)
    this.#hear({ truth: this.#now() })
    this.#set(withSnapshot(this.#state.held, board, this.#now()))
  }

  #take(frame: Frame): void {
    const now = this.#now()
    this.#hear({ line: now, frame: now, truth: now })
    const held = this.#state.held
    if (!held) return
    const next = withFrame(held, frame, now)
    this.#set(next)
    if (frame.type === 'digest') this.#noteDigest(next.board, frame, now)
  }

  #noteDigest(board: Board, digest: Frame & { type: 'digest' }, now: number): void {
    const other = digest.campaignId !== undefined && digest.campaignId !== board.campaign.campaignId
    if (!other) this.#gaps.note(digest.revisions, behind(board, digest), now)
  }

  #hear(news: Partial<Heard>): void {
    this.#heard = { ...this.#heard, ...news }
    this.#state = { ...this.#state, heard: this.#heard }
  }

  #set(held: Held): void {
    this.#state = { held, heard: this.#heard, error: undefined }
    this.#draw()
  }

  #draw(): void {
    if (this.#drawing) return
    this.#drawing = true
    setTimeout(() => {
      this.#drawing = false
      for (const listener of this.#listeners) listener()
    }, drawAfterMs)
  }
}
