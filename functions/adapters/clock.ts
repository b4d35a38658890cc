import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Wire time and plan time, both epoch ms. On Azure they agree; a rehearsal runs plan time faster. */
export interface Clocks {
  readonly speed: number
  wire(): number
  plan(): number
}

export const systemClocks: Clocks = { speed: 1, wire: () => Date.now(), plan: () => Date.now() }

const Beat = z.object({
  plan: z.number(),
  wire: z.number(),
  speed: z.number().positive(),
  held: z.boolean().optional(),
})
const rereadMs = 100
const longestLeadMs = 1_000

/**
 * Plan time as some other process publishes it in a file (`{"plan","wire","speed"}`). When the beat is older
 * than a second plan time stands still, because its owner is down; it never goes backwards.
 */
export function publishedClocks(file: string): Clocks {
  const wire = () => Date.now()
  let beat = Beat.parse(JSON.parse(readFileSync(file, 'utf8')))
  let readAt = wire()
  let last = 0
  return {
    speed: beat.speed,
    wire,
    plan() {
      const now = wire()
      if (now - readAt > rereadMs) {
        beat = Beat.parse(JSON.parse(readFileSync(file, 'utf8')))
        readAt = now
      }
      const lead = beat.held === true ? 0 : Math.min(Math.max(0, now - beat.wire), longestLeadMs)
      last = Math.max(last, Math.floor(beat.plan + lead * beat.speed))
      return last
    },
  }
}
