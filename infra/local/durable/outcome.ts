import type { Batch } from './batch.ts'
import { isFinished, type RuntimeStatus } from './contract.ts'
import { Outbox } from './effects.ts'
import { failure, type FailureDetails } from './failures.ts'
import { executionControlled, isoTime } from './history.ts'
import { newExecutionId, type Hub } from './hub.ts'
import type { Control, Instance, Mail } from './instance.ts'

/** Commits what a replay has brought about and sets it going. `mails` are the messages that it has consumed. */
export function applyBatch(hub: Hub, instance: Instance, batch: Batch, mails: readonly Mail[]): void {
  instance.customStatus = batch.customStatus
  for (const taskId of batch.cancelledTimers) hub.dropTimer(instance, taskId)
  const outbox = new Outbox(hub)
  outbox.addEffects(instance, batch)
  if (batch.status === 'ContinuedAsNew') return renew(hub, instance, batch, mails, outbox)
  if (isFinished(batch.status)) return end(hub, instance, batch, [...mails, ...instance.inbox], outbox)
  const number = instance.batches++
  instance.status = 'Running'
  const { seq, customStatus, batches } = instance
  hub.written(
    instance,
    () => {
      hub.store.appendHistory(seq, number, batch.history)
      hub.store.updateInstance(seq, 'Running', batch.at, batches, customStatus)
      hub.deleteRows(mails)
      outbox.commitWrites()
    },
    outbox.after,
  )
}

/** Continue-as-new: a new execution with an empty history; what the old one still waits for is forgotten. */
function renew(hub: Hub, instance: Instance, batch: Batch, mails: readonly Mail[], outbox: Outbox): void {
  const { seq, customStatus } = instance
  const action = batch.effects.find((effect) => effect.kind === 'continueAsNew')
  const input = action?.kind === 'continueAsNew' ? action.input : undefined
  const executionId = newExecutionId()
  outbox.after.push(() => {
    hub.dropTimers(instance)
    instance.activities.clear()
    instance.executionId = executionId
    instance.input = input
    instance.batches = 0
    instance.status = 'Running'
    instance.body = undefined
    hub.instances.touch(instance)
  })
  for (const happening of batch.carriedOver)
    if (happening.kind === 'eventRaised') outbox.post(instance, happening, executionId)
  hub.written(
    instance,
    () => {
      hub.store.renewExecution(seq, executionId, input)
      hub.store.updateInstance(seq, 'Running', batch.at, 0, customStatus)
      hub.deleteRows(mails)
      outbox.commitWrites()
    },
    outbox.after,
  )
}

/** How an instance has ended; a `Batch` is one way to say it. */
export interface Ending {
  readonly at: number
  readonly status: RuntimeStatus
  readonly output: string | undefined
  readonly failure: FailureDetails | undefined
  readonly history: string
}

/** Commits the end of an instance, answers its parent and forgets it. */
export function end(
  hub: Hub,
  instance: Instance,
  ending: Ending,
  mails: readonly Mail[],
  outbox: Outbox,
): void {
  const { seq, customStatus } = instance
  const number = instance.batches++
  const { batches } = instance
  hub.dropTimers(instance)
  answerParent(hub, instance, ending, outbox)
  const committed = hub.commit.write(() => {
    hub.store.appendHistory(seq, number, ending.history)
    hub.store.updateInstance(seq, ending.status, ending.at, batches, customStatus)
    hub.store.setOutput(seq, ending.output)
    hub.deleteRows(mails)
    outbox.commitWrites()
  })
  hub.unlessHalted(
    committed.then(() => {
      const late = instance.inbox.filter((mail) => mail.row !== undefined && !mails.includes(mail))
      if (late.length > 0) hub.unlessHalted(hub.commit.write(() => hub.deleteRows(late)))
      hub.instances.remove(instance)
      for (const action of outbox.after) action()
      hub.tellEnded(instance)
    }),
  )
}

function answerParent(hub: Hub, child: Instance, ending: Ending, outbox: Outbox): void {
  const link = child.parent
  const parent = link === undefined ? undefined : hub.instances.get(link.seq)
  if (link === undefined || parent === undefined) return
  const { taskId } = link
  const happening =
    ending.status === 'Completed'
      ? ({ kind: 'subCompleted', taskId, result: ending.output ?? 'null' } as const)
      : ({ kind: 'subFailed', taskId, failure: ending.failure ?? failure('Error', ending.status) } as const)
  outbox.post(parent, happening, link.executionId)
}

/** Ends an instance without asking its orchestrator. */
export function endNow(
  hub: Hub,
  instance: Instance,
  status: 'Terminated' | 'Failed',
  reason: string,
  mails: readonly Mail[],
): void {
  const at = hub.options.clock.now()
  const type = status === 'Terminated' ? 'OrchestrationTerminatedException' : 'DurableEngineFault'
  const ending: Ending = {
    at,
    status,
    output: JSON.stringify(reason),
    failure: failure(type, `${status}: ${reason}`),
    history: executionControlled('ExecutionTerminated', isoTime(at), reason),
  }
  end(hub, instance, ending, [...mails, ...instance.inbox], new Outbox(hub))
}

export function obey(hub: Hub, instance: Instance, control: Control, reason: string, mail: Mail): void {
  if (control === 'terminate') return endNow(hub, instance, 'Terminated', reason, [mail])
  const at = hub.options.clock.now()
  if (control === 'suspend') hub.keep(instance, instance.inbox)
  const resumed: RuntimeStatus = instance.batches === 0 ? 'Pending' : 'Running'
  instance.status = control === 'suspend' ? 'Suspended' : resumed
  const kind = control === 'suspend' ? 'ExecutionSuspended' : 'ExecutionResumed'
  // An instance that has not begun has no history to write to yet.
  const number = instance.batches === 0 ? undefined : instance.batches++
  const { seq, status, customStatus, batches } = instance
  hub.written(instance, () => {
    if (number !== undefined)
      hub.store.appendHistory(seq, number, executionControlled(kind, isoTime(at), reason))
    hub.store.updateInstance(seq, status, at, batches, customStatus)
    hub.deleteRows([mail])
  }, [])
}
