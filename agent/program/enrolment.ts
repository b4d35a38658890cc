import type { KeyObject } from 'node:crypto'
import { enrol } from '../enrol.ts'
import type { Enrolment } from '../enrol.ts'
import { openFileKeyStore } from '../keys.ts'
import type { Registration } from '../keys.ts'
import type { HttpLine } from '../transport/post.ts'
import { ApiRefused } from '../transport/transport.ts'
import type { AgentFolder } from './folder.ts'
import { ProgramError, messageOf } from './problems.ts'
import { forgetPending, savePending } from './token.ts'
import type { Pending } from './token.ts'

/** Answers with which the same request may be made again: the server was busy, or not quite there. */
const passing = new Set([408, 425, 429])

/**
 * Asks once to be enrolled. Waiting for approval is kept, so that `run` asks on; once enrolled, the token is gone
 * from the disk. Throws ProgramError `refused` or `unreachable`.
 */
export async function askToEnrol(
  folder: AgentFolder,
  line: HttpLine,
  pending: Pending,
  agentVersion: string,
): Promise<Enrolment> {
  const store = openFileKeyStore(folder.root)
  try {
    const answer = await enrol({ line, store, ...pending, agentVersion })
    if (answer.kind === 'enrolled') forgetPending(folder.pendingToken)
    else savePending(folder.pendingToken, pending)
    return answer
  } catch (error) {
    const message = messageOf(error)
    if (error instanceof ApiRefused && error.status < 500 && !passing.has(error.status)) {
      forgetPending(folder.pendingToken)
      throw new ProgramError('refused', `The server refused to enrol this host: ${message}`, { cause: error })
    }
    throw new ProgramError('unreachable', `The server did not enrol this host: ${message}`, { cause: error })
  }
}

export interface Identity {
  readonly key: KeyObject
  readonly registration: Registration
}

/** What an earlier enrolment left; undefined when there is none. */
export function loadIdentity(folder: AgentFolder): Identity | undefined {
  const store = openFileKeyStore(folder.root)
  const key = store.loadKey()
  const registration = store.loadRegistration()
  return key === undefined || registration === undefined ? undefined : { key, registration }
}

/** Files that prove who this host is: whoever reads them can pose as it. */
export function secretFiles(folder: AgentFolder): string[] {
  return [folder.root, openFileKeyStore(folder.root).keyFile, folder.pendingToken]
}
