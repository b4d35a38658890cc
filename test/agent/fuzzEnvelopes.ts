import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Journal } from '../../agent/journal/journal.ts'
import { Agent } from '../../agent/loop.ts'
import { seededRandom } from '../support/random.ts'
import { createWorld, until } from './fakes.ts'
import { control, mutate, type Family } from './envelopes.ts'

export interface FuzzOptions {
  readonly seed: number
  readonly messages: number
  /** After so many another agent takes over, with an empty journal: what is refused is remembered. */
  readonly lifeOf?: number
  readonly onProgress?: (done: number) => void
}

export interface FuzzResult {
  readonly messages: number
  readonly byFamily: ReadonlyMap<Family, number>
  /** Commands that the machine was asked to carry out: the controls, and nothing else. */
  readonly executed: readonly string[]
  readonly controls: readonly string[]
  /** Messages that met another fate than they should, or made the agent throw. */
  readonly wrong: readonly string[]
}

/**
 * Sends mutated messages to real agents, through all that a message meets: signature, audience, epoch, fence, times,
 * journal on a disk. Between them controls, signed and due, which must be carried out.
 */
export async function fuzzEnvelopes(options: FuzzOptions): Promise<FuzzResult> {
  const { seed, messages, lifeOf = 5_000, onProgress } = options
  const random = seededRandom(seed)
  const tally = { byFamily: new Map<Family, number>(), executed: [], controls: [], wrong: [] } as Tally
  for (let done = 0; done < messages; done += lifeOf) {
    await oneLife(random, Math.min(lifeOf, messages - done), `${seed}-${done}`, tally)
    onProgress?.(Math.min(messages, done + lifeOf))
  }
  return { messages, ...tally }
}

interface Tally {
  readonly byFamily: Map<Family, number>
  readonly executed: string[]
  readonly controls: string[]
  readonly wrong: string[]
}

async function oneLife(random: () => number, messages: number, name: string, tally: Tally): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-fuzz-'))
  const world = createWorld()
  world.windows.endAtOnce = true
  const journal = new Journal(join(folder, 'journal.ndjson'))
  const agent = new Agent(world.dependencies(journal))
  await agent.start()
  try {
    const execute = async (id: string): Promise<string> => {
      const { command, body } = control(id)
      await agent.onMessage(body)
      tally.controls.push(command.commandId)
      await until(() => world.windows.begun.includes(command.commandId), `${id} is carried out`)
      return body
    }
    const seen = await execute(`control-${name}-first`)
    for (let index = 0; index < messages; index += 1) {
      const { family, body, fate } = mutate(random, seen)
      tally.byFamily.set(family, (tally.byFamily.get(family) ?? 0) + 1)
      try {
        const { kind } = await agent.onMessage(body)
        if ((fate === 'rejected') !== (kind === 'deadLetter'))
          tally.wrong.push(`${family}: ${kind}: ${shown(body)}`)
      } catch (error) {
        tally.wrong.push(`${family}: threw ${String(error)}: ${shown(body)}`)
      }
    }
    await execute(`control-${name}-last`).catch((error: unknown) => tally.wrong.push(String(error)))
  } finally {
    tally.executed.push(...world.windows.begun)
    await agent.stop()?.close()
    await journal.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function shown(body: unknown): string {
  return (typeof body === 'string' ? body : (JSON.stringify(body) ?? 'undefined')).slice(0, 300)
}
