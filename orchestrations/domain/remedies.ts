import type { Remedy } from './failures.ts'
import type { UpdateResult } from './outcomes.ts'

/** What is done first: a reboot that is due stands in the way of servicing, a damaged store in that of trying again. */
const usefulness: readonly Remedy[] = ['rebootFirst', 'repairFirst', 'retry', 'giveUp']

/** A machine is repaired once; what asks for it afterwards is given up. */
export const leftOf = (remedy: Remedy, { repaired }: { readonly repaired: boolean }): Remedy =>
  repaired && remedy === 'repairFirst' ? 'giveUp' : remedy

/** What nobody has judged is given up: nothing is known to help. */
const remedyOf = ({ remedy = 'giveUp' }: UpdateResult): Remedy => remedy

export const isWorthATry = (update: UpdateResult): boolean =>
  update.result === 'succeeded' || remedyOf(update) !== 'giveUp'

/** Of updates, the failed one whose remedy comes first: giving up only when none of them is worth a try. */
export function mostUseful(
  updates: readonly UpdateResult[],
): { readonly update: UpdateResult; readonly remedy: Remedy } | undefined {
  const failed = updates.filter(({ result }) => result !== 'succeeded')
  for (const remedy of usefulness) {
    const update = failed.find((one) => remedyOf(one) === remedy)
    if (update) return { update, remedy }
  }
  return undefined
}
