import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/**
 * What the host says of its plan clock: at wire time `wire` it was `plan`, and it runs at `speed` × wire time,
 * or, while `held`, stands still until it is released.
 */
const beatSchema = z.object({
  plan: z.number(),
  wire: z.number(),
  speed: z.number().positive(),
  held: z.boolean().optional(),
})
export type Beat = z.infer<typeof beatSchema>

/** How often the host beats, in milliseconds of wire time. */
export const beatMs = 250
/**
 * How far, in milliseconds of wire time, anybody may run ahead of the last beat. Nobody has ever seen a plan time
 * after `plan + leadMs × speed`, so a host that was killed goes on from exactly there.
 */
export const leadMs = 1_000

export const furthest = (beat: Beat): number =>
  Math.ceil(beat.held === true ? beat.plan : beat.plan + leadMs * beat.speed)

/** The beat in the file, undefined if there is no file. Throws an error that names a spoiled file. */
export function readBeat(file: string): Beat | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  try {
    return beatSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new Error(
      `The plan clock ${file} is spoiled: put a copy back, or delete it and give --plan-start no earlier than it stood.`,
      { cause: error },
    )
  }
}

/** Readers see the old beat or the new one. Not flushed: a killed process loses nothing of it. */
export function writeBeat(file: string, beat: Beat): void {
  const part = `${file}.new`
  writeFileSync(part, JSON.stringify(beat))
  renameSync(part, file)
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
