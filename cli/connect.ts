import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { badInput } from './failure.ts'
import type { Io } from './io.ts'
import type { Texts } from './texts/index.ts'

export interface ConnectionOptions {
  readonly server?: string
  readonly token?: string
  readonly data?: string
  readonly as?: string
}
export interface Connection {
  /** Scheme, host and port. */
  readonly server: string
  readonly token: string
}

const Saved = z.object({ server: z.url({ protocol: /^https?$/ }), token: z.string().min(1) })
const defaultFolder = '.atlas'

/**
 * Where the server is and who asks. What the command line says comes before the environment
 * (ATLAS_SERVER, ATLAS_TOKEN), and that before what `npm start` left in its data folder. A saved token is sent
 * only to the server that it was saved with.
 */
export function findConnection(options: ConnectionOptions, io: Io, t: Texts): Connection {
  if (options.token !== undefined && options.as !== undefined) throw badInput(t.errors.tokenAndAs)
  const namesFile = options.as !== undefined || options.data !== undefined
  const env = namesFile ? {} : io.env
  const saved = readSaved(options, io, t)
  const named = options.server ?? env['ATLAS_SERVER']
  const address = named ?? saved?.server
  if (address === undefined) throw badInput(t.errors.noServer, t.errors.noServerFix)
  const server = originOf(address, t)
  const token = options.token ?? env['ATLAS_TOKEN']
  if (token !== undefined && token !== '') return { server, token: token.trim() }
  if (!saved) throw badInput(t.errors.noToken(server), t.errors.noTokenFix)
  if (originOf(saved.server, t) !== server)
    throw badInput(t.errors.otherServer(saved.file, saved.server, server), t.errors.noTokenFix)
  return { server, token: saved.token }
}

function originOf(address: string, t: Texts): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw badInput(t.errors.notAnAddress(address), t.errors.noServerFix)
  return url.origin
}

function readSaved(options: ConnectionOptions, io: Io, t: Texts) {
  const name = `${options.as ?? 'operator'}.json`
  const folders =
    options.data === undefined
      ? [resolve(io.folder, defaultFolder), resolve(io.startFolder, defaultFolder)]
      : [resolve(io.folder, options.data)]
  for (const folder of new Set(folders)) {
    const file = resolve(folder, name)
    const text = readIfThere(file, t)
    if (text === undefined) continue
    const parsed = Saved.safeParse(jsonOf(text))
    if (!parsed.success) throw badInput(t.errors.badSaved(file), t.errors.badSavedFix)
    return { ...parsed.data, file }
  }
  if (options.as !== undefined || options.data !== undefined)
    throw badInput(t.errors.noSaved(resolve(folders[0] ?? '', name)), t.errors.noSavedFix)
  return undefined
}

function readIfThere(file: string, t: Texts): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw badInput(t.errors.unreadable(file, code || String(error)))
  }
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
