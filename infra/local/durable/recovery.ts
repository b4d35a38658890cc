import type { Hub } from './hub.ts'
import { parseMail, toInstance } from './instance.ts'
import { openWork, parseBatch } from './recorded.ts'

/** Takes the unfinished instances up again: their messages, their timers and the activities that have no result. */
export function resumeUnfinished(hub: Hub): void {
  const { store, instances } = hub
  hub.numberFrom(store.lastSeq(), store.lastMessageId())
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
      if (!answered.has(taskId)) hub.startActivity(instance, taskId, name, input)
    for (const [taskId, fireAt] of open.timers) hub.startTimer(instance, taskId, fireAt)
    if (instance.inbox.length > 0 || instance.batches === 0) hub.wake(instance)
  }
}
