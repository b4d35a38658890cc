import { z } from 'zod'
import { ScriptDocument } from '../../orchestrations/contracts/scripts/document.ts'
import type { ScriptInput } from '../../orchestrations/contracts/scripts/document.ts'
import type { TaskKind } from '../../orchestrations/contracts/tasks.ts'

/** Why there is no document that can be believed. */
export const Unusable = z.enum([
  /** Still running after its time; it and all that it had started were ended. Never said of detached work. */
  'timedOut',
  /** The agent ended it, because it ends itself. */
  'cancelled',
  /** It ended, or was ended by others, without an answer. */
  'crashed',
  /** One JSON document was begun and never closed. */
  'truncated',
  'tooLarge',
  /** Other text stands beside the document. */
  'chatty',
  'notUtf8',
  'notJson',
  'wrongShape',
  'wrongVersion',
  /** The script, or one that it loads, is not the one that was packaged. It was not run. */
  'hashMismatch',
  /** It was surely never run. */
  'cannotStart',
  /** No room for what has to be kept before it may run. It was not run. */
  'diskFull',
])
export type Unusable = z.infer<typeof Unusable>

/** The ends after which the script has surely done nothing. */
export const neverBegan: ReadonlySet<Unusable> = new Set<Unusable>([
  'hashMismatch',
  'cannotStart',
  'diskFull',
])

/** What became of one run of a script. */
export const ScriptEnd = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('document'), document: ScriptDocument }),
  z.object({ kind: z.literal('unusable'), why: Unusable, message: z.string() }),
])
export type ScriptEnd = z.infer<typeof ScriptEnd>

/** `detached`: goes on without the agent, which finds its result again. `attached`: ends with it. */
export interface ScriptRun {
  readonly kind: TaskKind
  readonly runs: 'attached' | 'detached'
  /** Milliseconds. Attached work is ended after it; detached work never is, it stays under way. */
  readonly timeoutMs: number
}

/** What the machine itself tells of a script that an earlier life of the agent may have started. */
export type FoundScript =
  | { readonly kind: 'neverBegun' }
  | { readonly kind: 'running'; readonly ended: Promise<ScriptEnd> }
  | { readonly kind: 'ended'; readonly end: ScriptEnd }
  | { readonly kind: 'cannotTell'; readonly message: string }

/** Whether the machine has booted since a detached script was prepared. Times are epoch ms of its own clock. */
export type BootsSince =
  | { readonly kind: 'sameBoot' }
  | {
      readonly kind: 'booted'
      readonly bootedBefore: number
      readonly bootedAt: number
      /** At least one; more where servicing has restarted it again. */
      readonly reboots: number
    }
  | { readonly kind: 'unknown'; readonly message: string }

/** Carries scripts out: Windows PowerShell, or a simulated machine that answers in the scripts' own JSON. */
export interface ScriptHost {
  run(input: ScriptInput, task: ScriptRun): Promise<ScriptEnd>
  /** Only detached work leaves traces; what ran attached is found as never begun. */
  find(commandId: string, kind: TaskKind): Promise<FoundScript>
  bootsSince(commandId: string): Promise<BootsSince>
  /** Epoch ms of the machine's own clock, the same for all of the agent's life. */
  bootedAt(): number
  /** Milliseconds since the boot, whatever was done to the clock. */
  uptimeMs(): number
  /** Forgets, in time, work that is not open: nobody will ask what became of it. */
  keepOnly?(open: ReadonlySet<string>): void
}
