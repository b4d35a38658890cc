import { appendFileSync, readFileSync } from 'node:fs'
import { z } from 'zod'

/** One call of the operator's: a line before it, one after it. Times: epoch ms. */
const Line = z.object({
  phase: z.enum(['asked', 'answered']),
  /** The script's name for it; `rehearsal` for what `npm start` does by itself. */
  name: z.string(),
  action: z.string(),
  clientId: z.string().optional(),
  serverId: z.string().optional(),
  ring: z.int().optional(),
  until: z.number().optional(),
  plan: z.number(),
  wire: z.number(),
  ok: z.boolean().optional(),
  /** What the API said, when it refused. */
  refusal: z.object({ status: z.int(), title: z.string(), detail: z.string().optional() }).optional(),
  settings: z.unknown().optional(),
})
export type Line = z.infer<typeof Line>

/** `<data>/operator.ndjson`: what was asked of ATLAS and when, for whoever judges what it did. */
export class OperatorRecord {
  readonly #file: string
  /** When each action was answered, by name. */
  readonly #answered = new Map<string, { readonly plan: number; readonly wire: number }>()

  constructor(file: string) {
    this.#file = file
    for (const line of read(file))
      if (line.phase === 'answered') this.#answered.set(line.name, { plan: line.plan, wire: line.wire })
  }

  /** Undefined while it has not been done; a start on the same data knows what an earlier one did. */
  answered(name: string): { readonly plan: number; readonly wire: number } | undefined {
    return this.#answered.get(name)
  }

  write(line: Line): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
    if (line.phase === 'answered') this.#answered.set(line.name, { plan: line.plan, wire: line.wire })
  }
}

/** A torn last line, as a kill leaves it, is left out: that action is done again. */
function read(file: string): Line[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Line.parse(JSON.parse(line)))
}
