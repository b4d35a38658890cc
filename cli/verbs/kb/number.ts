import { Kb } from '../../../orchestrations/contracts/api.ts'
import { badInput } from '../../failure.ts'
import type { Texts } from '../../texts/index.ts'

/** `KB5031364`, `kb5031364` or `5031364`. */
export function kbNumber(text: string, t: Texts): string {
  const kb = Kb.safeParse(text.toUpperCase().replace(/^(?=\d)/, 'KB'))
  if (kb.success) return kb.data
  throw badInput(t.errors.notAKb(text), t.errors.notAKbFix)
}
