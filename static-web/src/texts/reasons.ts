import { sentence } from '../../../orchestrations/contracts/words/index.ts'
import { Reason } from '../../../orchestrations/domain/reasons.ts'
import type { Language } from './index.ts'

/** A reason as a sentence with its times in `zone`, which the page names beside it. */
export function reasonText(reason: Reason, language: Language, zone: string, now: number): string {
  return sentence(reason, language, { zone, now })
}

/** The reason that a text is: its code, and perhaps its parameters as JSON behind it. */
export function reasonIn(text: string): Reason | undefined {
  const found = /^(\w+)(?: (\{.*\}))?$/.exec(text)
  const parsed = Reason.safeParse({ code: found?.[1], params: found?.[2] && parameters(found[2]) })
  return parsed.success ? parsed.data : undefined
}

function parameters(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
