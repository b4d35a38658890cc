import { z } from 'zod'
import { canonicalJson } from '../../../orchestrations/domain/canonical.ts'
import { createHash } from 'node:crypto'
import { sha256 } from '../../adapters/tables/ledger.ts'
import { parseJson } from '../respond.ts'
import { bodyOf } from './call.ts'
import type { Call, Route } from './route.ts'

/** What a call is about and who makes it: the same call has the same fingerprint, however its JSON is written. */
export async function fingerprintOf(route: Route, call: Call): Promise<string> {
  const url = URL.parse(call.request.url)
  const where = `${route.method} ${url?.pathname ?? ''}${url?.search ?? ''}`
  return sha256([where, call.me.name, await digestOf(route, call)].join('\n'))
}

async function digestOf(route: Route, call: Call): Promise<string> {
  const bytes = await bodyOf(route, call)
  if (route.body === undefined || 'media' in route.body)
    return createHash('sha256').update(bytes).digest('hex')
  return canonicalJson(parseJson(z.json(), bytes))
}
