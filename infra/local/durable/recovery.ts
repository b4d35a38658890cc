import type { Dispatcher } from './dispatcher.ts'
import { parseMail, toInstance, type InstanceTable } from './instance.ts'
import { openWork, parseBatch } from './recorded.ts'
import type { DurableStore } from './store.ts'

/** Takes the unfinished instances up again: their messages, their timers and the activities that have no result. */
export function resumeUnfinished(
  store: DurableStore,
  instances: InstanceTable,
  dispatcher: Dispatcher,
): void {
  dispatcher.numberFrom(store.lastSeq(), store.lastMessageId())
  for (const row of store.unfinished()) instances.add(toInstance(row))
  const orphans: number[] = []
  for (const { id, instance, body } of store.messages()) {
    const receiver = instances.get(instance)
    if (receiver === undefined) orphans.push(id)
    else receiver.inbox.push(parseMail(id, body))
  }
  store.transact(() => {
    for (const id of orphans) store.deleteMessage(id)
  })
  for (const instance of instances.values()) {
    const open = openWork(store.readHistory(instance.seq).flatMap(parseBatch))
    const answered = new Set(
      instance.inbox.flatMap((mail) =>
        mail.kind === 'happening' && 'taskId' in mail.happening ? [mail.happening.taskId] : [],
      ),
    )
    for (const [taskId, { name, input }] of open.activities)
      if (!answered.has(taskId)) dispatcher.startActivity(instance, taskId, name, input)
    for (const [taskId, fireAt] of open.timers) dispatcher.startTimer(instance, taskId, fireAt)
    if (instance.inbox.length > 0 || instance.status === 'Pending') dispatcher.wake(instance)
  }
}
