import type { KeyObject } from 'node:crypto'
import { EnrolAnswer } from '../orchestrations/contracts/agent.ts'
import type { EnrolBody } from '../orchestrations/contracts/agent.ts'
import { generateHostKey, publicHalf } from './keys.ts'
import type { KeyStore, Registration } from './keys.ts'
import { readAnswer } from './transport/https.ts'
import { post } from './transport/post.ts'
import type { HttpLine } from './transport/post.ts'

export type Enrolment =
  | { readonly kind: 'enrolled'; readonly key: KeyObject; readonly registration: Registration }
  /** Ask again later with the same key. */
  | { readonly kind: 'waitingForApproval'; readonly message: string }

export interface EnrolRequest {
  readonly line: HttpLine
  readonly store: KeyStore
  readonly host: string
  readonly token: string
  readonly agentVersion: string
}

/**
 * Enrols this host once: token, key made here, public half registered. Afterwards it answers from the store.
 * The key is kept before it is sent, so that a lost answer is asked for again with the same key.
 * Rejects with ApiRefused (token, host unknown) or ApiUnreachable.
 */
export async function enrol({ line, store, host, token, agentVersion }: EnrolRequest): Promise<Enrolment> {
  const key = store.loadKey() ?? makeKey(store)
  const known = store.loadRegistration()
  if (known !== undefined) return { kind: 'enrolled', key, registration: known }

  const body: EnrolBody = { token, host, publicKey: publicHalf(key), agentVersion }
  const path = '/api/agent/enrol'
  const answer = readAnswer(path, await post(line, path, JSON.stringify(body)), EnrolAnswer)
  if (answer.kind === 'waitingForApproval') return answer
  const { clientId, serverId, commandKeys, epoch } = answer
  const registration: Registration = { clientId, serverId, commandKeys, epoch }
  store.saveRegistration(registration)
  return { kind: 'enrolled', key, registration }
}

function makeKey(store: KeyStore): KeyObject {
  const key = generateHostKey()
  store.saveKey(key)
  return key
}
