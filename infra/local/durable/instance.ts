import type { RuntimeStatus } from './contract.ts'
import type { Happening } from './history.ts'
import type { ReplayModel } from './replayModel.ts'
import type { InstanceRow, ParentLink } from './store.ts'
import type { Timer } from './timers.ts'

export type Control = 'terminate' | 'suspend' | 'resume'

/** A message to an instance; with `row` it is in the store, without it would be repeated after a crash. */
export type Mail = {
  row?: number
  /** The execution meant; undefined where any will do (events). */
  readonly execution?: string | undefined
} & (
  | { readonly kind: 'happening'; readonly happening: Exclude<Happening, { kind: 'started' }> }
  | { readonly kind: 'control'; readonly control: Control; readonly reason: string }
)

/** An unfinished instance in memory. All but `body` stays until it ends; `body` can be read back from the store. */
export interface Instance {
  readonly seq: number
  readonly instanceId: string
  readonly name: string
  readonly version: string | undefined
  readonly createdTime: number
  readonly parent: ParentLink | undefined
  executionId: string
  input: string | undefined
  status: RuntimeStatus
  customStatus: string | undefined
  batches: number
  inbox: Mail[]
  phase: 'idle' | 'queued' | 'running'
  readonly timers: Map<number, Timer>
  /** Numbers of the activities that are scheduled and have no result yet. */
  readonly activities: Set<number>
  body: InstanceBody | undefined
}

export interface InstanceBody {
  /** The history for the SDK: comma-separated JSON objects. */
  lean: string
  readonly model: ReplayModel
  /** Time of the last batch: time never runs backwards within an instance. */
  lastTime: number
}

export const toInstance = (row: InstanceRow): Instance => ({
  seq: row.seq,
  instanceId: row.instanceId,
  name: row.name,
  version: row.version,
  createdTime: row.createdTime,
  parent: row.parent,
  executionId: row.executionId,
  input: row.input,
  status: row.runtimeStatus,
  customStatus: row.customStatus,
  batches: row.batches,
  inbox: [],
  phase: 'idle',
  timers: new Map(),
  activities: new Set(),
  body: undefined,
})

export const mailBody = (mail: Mail): string => JSON.stringify({ ...mail, row: undefined })

/** Our own writing, read back. */
export const parseMail = (row: number, body: string): Mail => ({ ...(JSON.parse(body) as Mail), row })

/** Unfinished instances, and a bound on the history text they keep in memory: the longest untouched goes first. */
export class InstanceTable {
  readonly #bySeq = new Map<number, Instance>()
  readonly #byId = new Map<string, Instance>()
  readonly #bodies = new Map<Instance, number>()
  #bytes = 0
  readonly #limit: number

  constructor(limitBytes: number) {
    this.#limit = limitBytes
  }

  get size(): number {
    return this.#bySeq.size
  }

  get bytes(): number {
    return this.#bytes
  }

  add(instance: Instance): void {
    this.#bySeq.set(instance.seq, instance)
    this.#byId.set(instance.instanceId, instance)
  }

  remove(instance: Instance): void {
    this.#bySeq.delete(instance.seq)
    if (this.#byId.get(instance.instanceId) === instance) this.#byId.delete(instance.instanceId)
    this.#forget(instance)
  }

  get(seq: number): Instance | undefined {
    return this.#bySeq.get(seq)
  }

  byId(instanceId: string): Instance | undefined {
    return this.#byId.get(instanceId)
  }

  values(): Iterable<Instance> {
    return this.#bySeq.values()
  }

  /** Counts the body anew and evicts bodies of idle instances beyond the limit. */
  touch(instance: Instance): void {
    this.#bytes -= this.#bodies.get(instance) ?? 0
    this.#bodies.delete(instance)
    const bytes = instance.body === undefined ? 0 : instance.body.lean.length + 2_000
    if (bytes === 0) return
    this.#bodies.set(instance, bytes)
    this.#bytes += bytes
    for (const other of this.#bodies.keys()) {
      if (this.#bytes <= this.#limit) return
      if (other.phase !== 'running' && other !== instance) this.#forget(other)
    }
  }

  #forget(instance: Instance): void {
    this.#bytes -= this.#bodies.get(instance) ?? 0
    this.#bodies.delete(instance)
    instance.body = undefined
  }
}
