import { z } from 'zod'

/** One boot of the machine. */
export const Boot = z.object({
  /**
   * The same during one boot, another one after it, whatever is done to the clock: number and start of
   * wininit.exe, which Windows starts once. Null where it can't be seen.
   */
  id: z.string().max(100).nullable(),
  /** Epoch ms of the machine's own clock, which may have been set since. */
  bootedAt: z.number(),
  /** Record numbers of System's newest start events, ascending: they count reboots that no agent has seen. */
  records: z.array(z.number()).max(50),
})
export type Boot = z.infer<typeof Boot>

/** What the operating system knows of itself and of its processes. */
export interface MachineView {
  /** Rejects when the machine doesn't say. */
  boot(): Promise<Boot>
  /** When this process began, epoch ms of the machine's own clock; undefined: there is none. */
  startOf(pid: number): Promise<number | undefined>
}

/** Whether the machine has booted between two looks; undefined when they don't tell. */
export function hasBooted(before: Boot, now: Boot): boolean | undefined {
  if (before.id !== null && now.id !== null) return before.id !== now.id
  const [last, newest] = [before.records.at(-1), now.records.at(-1)]
  if (last !== undefined && newest !== undefined && newest >= last) return newest > last
  // Without either only the clock is left, and a clock that was set looks like a boot.
  return Math.abs(before.bootedAt - now.bootedAt) < sameBootMs ? false : undefined
}

/** Times of the same boot, read twice, differ by less, ms. */
const sameBootMs = 10_000

/** At least one: asked only once the machine has booted. */
export function countBoots(before: Boot, now: Boot): number {
  const last = before.records.at(-1)
  if (last === undefined) return 1
  return Math.max(1, now.records.filter((record) => record > last).length)
}
