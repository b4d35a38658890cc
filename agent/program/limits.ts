import type { Task } from '../../orchestrations/contracts/tasks.ts'
import type { Windows, Work } from '../windows.ts'
import type { AgentConfiguration } from './configuration.ts'

/** The machine within what its own administrator allows: downloads are never faster than the local bound. */
export function limited(
  windows: Windows,
  { maxDownloadKilobitsPerSecond: bound }: AgentConfiguration,
): Windows {
  if (bound === undefined) return windows
  const within = (work: Work): Work => ({ ...work, task: slowedTo(bound, work.task) })
  return {
    run: (work) => windows.run(within(work)),
    find: (work) => windows.find(within(work)),
    bootedAt: () => windows.bootedAt(),
    keepOnly: (open) => windows.keepOnly?.(open),
  }
}

function slowedTo(bound: number, task: Task): Task {
  if (task.kind !== 'download') return task
  const maxKilobitsPerSecond = Math.min(bound, task.params.maxKilobitsPerSecond ?? bound)
  return { kind: 'download', params: { ...task.params, maxKilobitsPerSecond } }
}
