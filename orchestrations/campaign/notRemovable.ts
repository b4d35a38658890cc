import type { TaskResult } from '../contracts/tasks.ts'

const longest = 500

/** What an operator is told of updates that can't be removed: which, and in the machine's own words why. */
export function whatStays(notRemovable: TaskResult<'uninstall'>['notRemovable']): {
  kb: string
  why: string
} {
  const [only, ...more] = notRemovable
  const why =
    only && more.length === 0 ? only.why : notRemovable.map((one) => `${one.id}: ${one.why}`).join('; ')
  return {
    kb: notRemovable
      .map(({ id }) => id)
      .join(', ')
      .slice(0, longest),
    why: why.slice(0, longest),
  }
}
