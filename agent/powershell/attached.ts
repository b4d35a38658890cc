import { scriptVersion } from '../../orchestrations/contracts/scripts/document.ts'
import type { ScriptInput } from '../../orchestrations/contracts/scripts/document.ts'
import type { Progress } from './progress.ts'
import { runScript } from './runScript.ts'
import type { ScriptTools } from './runScript.ts'
import type { ScriptEnd } from './scriptHost.ts'

export interface Runner extends ScriptTools {
  /** Aborted when the agent stops: nothing that it may end outlives it. */
  readonly signal: AbortSignal
}

/** Runs a script as a child of the agent, ended after `timeoutMs` with all that it has started. */
export function runAttached(
  runner: Runner,
  script: string,
  input: ScriptInput,
  timeoutMs: number,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<ScriptEnd> {
  return runScript(runner, script, input, { limits: { timeoutMs, signal: runner.signal }, onProgress })
}

/** Runs one of the agent's own helpers; rejects unless it succeeded. Resolves with its result. */
export async function askOwnScript(
  runner: Runner,
  kind: 'look' | 'startWork' | 'access' | 'event',
  script: string,
  commandId: string,
  params: Record<string, unknown>,
): Promise<unknown> {
  const timeoutMs = 120_000
  const input = { version: scriptVersion, kind, commandId, timeoutMs, params } as const
  const end = await runAttached(runner, script, input, timeoutMs)
  if (end.kind === 'unusable') throw new Error(`${script}: ${end.why}: ${end.message}`)
  if (end.document.outcome === 'failed')
    throw new Error(`${script}: ${end.document.error.code}: ${end.document.error.message}`)
  return end.document.result
}
