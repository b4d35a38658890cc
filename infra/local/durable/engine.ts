import { randomUUID } from 'node:crypto'
import {
  FencedError,
  InstanceExistsError,
  InvalidStartError,
  isFinished,
  type Delivery,
  type DurableEngine,
  type DurableHttpRequest,
  type EngineOptions,
  type EngineStats,
  type InstanceFilter,
  type InstancePage,
  type InstanceStatus,
  type StartRequest,
} from './contract.ts'
import { Dispatcher } from './dispatcher.ts'
import { handleHttp } from './http.ts'
import { InstanceTable, mailBody, toInstance, type Control, type Mail } from './instance.ts'
import { resumeUnfinished } from './recovery.ts'
import { DurableStore, type InstanceRow } from './store.ts'

export * from './contract.ts'

/**
 * The Durable Task engine for one task hub, as the Durable extension would host the durable-functions 3 SDK.
 * Behaviour: Azure/azure-functions-durable-extension and Azure/durabletask.
 */
export function createDurableEngine(options: EngineOptions): DurableEngine {
  return new Engine(options)
}

class Engine implements DurableEngine {
  readonly #options: EngineOptions
  readonly #instances: InstanceTable
  #store: DurableStore | undefined
  #dispatcher: Dispatcher | undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#instances = new InstanceTable(options.limits?.historyCacheBytes ?? 64 * 2 ** 20)
  }

  async start(): Promise<void> {
    const store = new DurableStore(this.#options.dataFile)
    store.takeOver()
    this.#store = store
    this.#dispatcher = new Dispatcher(this.#options, store, this.#instances, (error) => this.#broken(error))
    resumeUnfinished(this.#dispatcher.hub)
    await Promise.resolve()
  }

  async stop(): Promise<void> {
    const { store, dispatcher } = this.#running
    dispatcher.hub.halt()
    await dispatcher.drain()
    this.#store = undefined
    this.#dispatcher = undefined
    store.close()
  }

  handleHttp(request: DurableHttpRequest) {
    return handleHttp(this, this.#options, request)
  }

  stats(): EngineStats {
    const { store, dispatcher } = this.#running
    return {
      unfinishedInstances: this.#instances.size,
      cachedHistoryBytes: this.#instances.bytes,
      runningActivities: dispatcher.hub.activities.running,
      waitingActivities: dispatcher.hub.activities.waiting,
      timers: dispatcher.hub.timers.size,
      batches: dispatcher.batches,
      activities: dispatcher.hub.activities.ended,
      commits: dispatcher.hub.commit.commits,
      fence: store.fence,
    }
  }

  async startInstance(request: StartRequest): Promise<string> {
    const { store, dispatcher } = this.#running
    const instanceId = checkedId(request.instanceId)
    if (this.#options.invoker.knows?.('orchestrator', request.name) === false)
      throw new InvalidStartError(
        `The function '${request.name}' doesn't exist, is disabled, or is not an orchestrator function.`,
      )
    const running = this.#instances.byId(instanceId)
    if (running !== undefined)
      throw new InstanceExistsError(
        `An instance '${instanceId}' already exists with the status ${running.status}.`,
      )
    const row = dispatcher.hub.newRow({
      instanceId,
      name: request.name,
      version: request.version ?? this.#options.defaultVersion,
      input: request.input,
      parent: undefined,
    })
    const instance = toInstance(row)
    instance.phase = 'running' // Nothing wakes it before it is committed.
    this.#instances.add(instance)
    await dispatcher.hub.commit.write(() => {
      const old = request.instanceId === undefined ? undefined : store.find(instanceId)
      if (old !== undefined) store.deleteInstance(old.seq)
      store.insertInstance(row)
    })
    instance.phase = 'idle'
    dispatcher.hub.wake(instance)
    return instanceId
  }

  raiseEvent(instanceId: string, name: string, input: string | undefined): Promise<Delivery> {
    return this.#send(instanceId, (row) => ({
      kind: 'happening',
      row,
      happening: { kind: 'eventRaised', name, input },
    }))
  }

  terminate(instanceId: string, reason: string): Promise<Delivery> {
    return this.#command(instanceId, 'terminate', reason)
  }

  suspend(instanceId: string, reason: string): Promise<Delivery> {
    return this.#command(instanceId, 'suspend', reason)
  }

  resume(instanceId: string, reason: string): Promise<Delivery> {
    return this.#command(instanceId, 'resume', reason)
  }

  async purge(instanceId: string): Promise<number> {
    const row = this.#running.store.find(instanceId)
    return row === undefined ? 0 : this.#purgeRows([row])
  }

  async purgeBy(filter: InstanceFilter): Promise<number> {
    const { store } = this.#running
    let purged = 0
    let after = 0
    for (;;) {
      const rows = store.list(filter, after, 200)
      const last = rows.at(-1)
      if (last === undefined) return purged
      after = last.seq
      purged += await this.#purgeRows(rows)
    }
  }

  getStatus(instanceId: string): InstanceStatus | undefined {
    return this.#running.store.find(instanceId)
  }

  list(
    filter: InstanceFilter,
    paging: { top?: number; continuationToken?: string | undefined } = {},
  ): InstancePage {
    const top = paging.top ?? Number.MAX_SAFE_INTEGER - 1
    const after = Number(paging.continuationToken ?? 0)
    const rows = this.#running.store.list(filter, Number.isSafeInteger(after) ? after : 0, top + 1)
    const instances = rows.slice(0, top)
    return {
      instances,
      continuationToken: rows.length > top ? String(instances.at(-1)?.seq ?? 0) : undefined,
    }
  }

  history(instanceId: string): string | undefined {
    const { store } = this.#running
    const row = store.find(instanceId)
    return row === undefined ? undefined : `[${store.readHistory(row.seq).join(',')}]`
  }

  async waitForEnd(instanceId: string): Promise<InstanceStatus | undefined> {
    const running = this.#instances.byId(instanceId)
    if (running !== undefined) await this.#running.dispatcher.hub.whenEnded(running)
    return this.getStatus(instanceId)
  }

  #command(instanceId: string, control: Control, reason: string): Promise<Delivery> {
    return this.#send(instanceId, (row) => ({ kind: 'control', row, control, reason }))
  }

  /** Stores a message to an instance, then wakes it. */
  async #send(instanceId: string, compose: (row: number) => Mail): Promise<Delivery> {
    const { store, dispatcher } = this.#running
    const instance = this.#instances.byId(instanceId)
    if (instance === undefined) return store.find(instanceId) === undefined ? 'notFound' : 'gone'
    const id = dispatcher.hub.nextMessage()
    const mail = compose(id)
    await dispatcher.hub.commit.write(() => {
      store.insertMessage({ id, instance: instance.seq, body: mailBody(mail) })
    })
    if (this.#instances.get(instance.seq) !== instance) {
      await dispatcher.hub.commit.write(() => store.deleteMessage(id))
      return 'gone'
    }
    dispatcher.hub.deliver(instance, mail)
    return 'accepted'
  }

  async #purgeRows(rows: readonly InstanceRow[]): Promise<number> {
    const { store, dispatcher } = this.#running
    const finished = rows.filter(
      (row) => isFinished(row.runtimeStatus) && this.#instances.get(row.seq) === undefined,
    )
    await dispatcher.hub.commit.write(() => {
      for (const row of finished) store.deleteInstance(row.seq)
    })
    return finished.length
  }

  get #running(): { store: DurableStore; dispatcher: Dispatcher } {
    const store = this.#store
    const dispatcher = this.#dispatcher
    if (store === undefined || dispatcher === undefined) throw new Error('The Durable engine is not started.')
    return { store, dispatcher }
  }

  #broken(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    const what = error instanceof FencedError ? text : `The Durable store could not be written: ${text}`
    this.#options.log('error', `${what} The Durable engine has stopped; restart the host.`)
    this.#options.onBroken?.(error)
  }
}

/** Rules of the extension's `DurableClient.StartNewAsync`. */
function checkedId(instanceId: string | undefined): string {
  if (instanceId === undefined || instanceId === '') return randomUUID().replaceAll('-', '')
  if (instanceId.startsWith('@'))
    throw new InvalidStartError('Orchestration instance ids must not start with @.')
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[/\\#?\u0000-\u001f\u007f-\u009f]/.test(instanceId))
    throw new InvalidStartError(
      'Orchestration instance ids must not contain /, \\, #, ?, or control characters.',
    )
  if (instanceId.length > 100)
    throw new InvalidStartError(
      `Instance ID lengths must not exceed 100 characters; this has ${instanceId.length}.`,
    )
  return instanceId
}
