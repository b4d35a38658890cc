import { maxDocumentBytes } from '../../orchestrations/contracts/scripts/document.ts'
import type { ScriptInput } from '../../orchestrations/contracts/scripts/document.ts'
import { readAnswer, unusable } from './answer.ts'
import { runChild } from './child.ts'
import type { ChildPlan } from './child.ts'
import type { Scripts } from './manifest.ts'
import type { Program } from './program.ts'
import type { ScriptEnd } from './scriptHost.ts'

export interface ScriptTools {
  readonly powershell: Program
  readonly scripts: Scripts
}

/** One run of a script that is the one it was packaged as; what it says is read only if it can be believed. */
export async function runScript(
  { powershell, scripts }: ScriptTools,
  script: string,
  input: ScriptInput,
  life: Pick<ChildPlan, 'limits' | 'onProgress' | 'onStart'>,
): Promise<ScriptEnd> {
  const checked = scripts.check(script)
  if ('refused' in checked) return unusable('hashMismatch', checked.refused)
  const child = await runChild({
    program: powershell,
    args: [checked.file],
    input: JSON.stringify(input),
    maxOutputBytes: maxDocumentBytes,
    ...life,
  })
  return readAnswer(child, input)
}
