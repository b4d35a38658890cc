import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { hasCode } from './problems.ts'

const Pending = z.object({ token: z.string(), host: z.string() })
export type Pending = z.infer<typeof Pending>

/** What a host that waits for approval asks with again, also after a restart. */
export function savePending(file: string, pending: Pending): void {
  writeFileSync(file, JSON.stringify(pending), { mode: 0o600, flush: true })
}

export function loadPending(file: string): Pending | undefined {
  try {
    return Pending.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

export function forgetPending(file: string): void {
  rmSync(file, { force: true })
}
