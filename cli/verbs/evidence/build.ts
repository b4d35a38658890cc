import { badInput } from '../../failure.ts'
import type { Session } from '../../session.ts'

/** A build of Windows: its release, with or without the monthly revision behind it. */
export function buildNamed(text: string, { t }: Pick<Session, 't'>): string {
  if (/^\d+\.\d+\.\d+(\.\d+)?$/.test(text)) return text
  throw badInput(t.errors.notABuild(text), t.errors.notABuildFix)
}
