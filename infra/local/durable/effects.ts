import { childId, type Batch } from './batch.ts'
import { failure } from './failures.ts'
import type { Happening } from './history.ts'
import type { AfterCommit, Hub } from './hub.ts'
import { toInstance, type Instance, type Mail } from './instance.ts'
import type { Effect } from './replayModel.ts'

type SubEffect = Extract<Effect, { kind: 'sub' }>

/** What a batch writes besides its own instance, and what happens once that is committed. */
export class Outbox {
  readonly writes: (() => void)[] = []
  readonly after: AfterCommit = []
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  commitWrites(): void {
    for (const write of this.writes) write()
  }

  /** A message that is stored now and delivered after the commit. */
  post(
    to: Instance,
    happening: Exclude<Happening, { kind: 'started' }>,
    execution: string = to.executionId,
  ): void {
    const mail: Mail = { kind: 'happening', execution, happening, row: this.#hub.nextMessage() }
    this.writes.push(() => this.#hub.insertMail(to, mail))
    this.after.push(() => {
      if (this.#hub.instances.get(to.seq) !== undefined) this.#hub.deliver(to, mail)
    })
  }

  addEffects(instance: Instance, batch: Batch): void {
    const cancelled = new Set(batch.cancelledTimers)
    for (const effect of batch.effects)
      switch (effect.kind) {
        case 'activity':
          this.after.push(() => this.#hub.startActivity(instance, effect.taskId, effect.name, effect.input))
          break
        case 'timer':
          if (!cancelled.has(effect.taskId))
            this.after.push(() => this.#hub.startTimer(instance, effect.taskId, effect.fireAt))
          break
        case 'sub':
          this.#startChild(instance, effect)
          break
        case 'respell':
          this.post(instance, { kind: 'eventRaised', name: effect.name, input: effect.input })
          break
        case 'warning':
          this.#hub.options.log('warn', `${instance.name} ${instance.instanceId}: ${effect.text}`)
          break
        case 'continueAsNew':
        case 'refused':
      }
  }

  #startChild(parent: Instance, effect: SubEffect): void {
    const hub = this.#hub
    const instanceId = childId(parent, effect)
    const taken = hub.instances.byId(instanceId)
    if (taken !== undefined) {
      const message = `Sub-orchestration '${effect.name}' cannot start: an instance '${instanceId}' is ${taken.status} already.`
      const refused = failure('OrchestrationAlreadyExistsException', message)
      this.post(parent, { kind: 'subFailed', taskId: effect.taskId, failure: refused })
      return
    }
    const { seq, executionId } = parent
    const row = hub.newRow({
      instanceId,
      name: effect.name,
      version: effect.version ?? hub.options.defaultVersion,
      input: effect.input,
      parent: { seq, instanceId: parent.instanceId, executionId, taskId: effect.taskId },
    })
    const child = toInstance(row)
    child.phase = 'running' // Nothing wakes it before it is committed.
    hub.instances.add(child)
    this.writes.push(() => {
      const old = effect.instanceId === undefined ? undefined : hub.store.find(instanceId)
      if (old !== undefined) hub.store.deleteInstance(old.seq)
      hub.store.insertInstance(row)
    })
    this.after.push(() => {
      child.phase = 'idle'
      hub.wake(child)
    })
  }
}
