import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { LocalError } from '../../supervisor/errors.ts'
import { answer, type Exchange, type Responder } from '../http/exchange.ts'
import { fitsRoute, readStaticConfig, type StaticConfig } from './config.ts'
import { StaticFiles, type StaticFile } from './files.ts'

export interface SiteOptions {
  readonly folder: string
  readonly defines: Readonly<Record<string, string>>
  /** Paths of the host itself: a page never stands in for what is missing there. */
  readonly reserved: readonly string[]
}

/** Vite and its like put a hash of the content into these names. */
const hashed = /-[\w-]{8,}\.\w+$/

/** Serves a folder as Azure Static Web Apps would: files, headers, and the page of a single-page app. Throws LocalError. */
export function staticSite({ folder, defines, reserved }: SiteOptions): Responder {
  const root = resolve(folder)
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new LocalError('badUsage', `There is no folder ${root}: build the site, or leave out --static.`)
  const config = readStaticConfig(root, defines)
  const files = new StaticFiles(root, config.mimeTypes)
  return (exchange) => {
    const path = decoded(exchange.path)
    if (path === undefined || reserved.some((one) => path === one || path.startsWith(`${one}/`))) return false
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return false
    const file = files.find(path)
    if (file !== undefined) return send(exchange, path, file, config)
    const page = wantsPage(exchange, path, config) ? files.find(config.navigationFallback.rewrite) : undefined
    return page === undefined ? false : send(exchange, config.navigationFallback.rewrite, page, config)
  }
}

function wantsPage({ request }: Exchange, path: string, config: StaticConfig): boolean {
  if (request.headers.accept?.includes('text/html') !== true) return false
  return !config.navigationFallback.exclude.some((pattern) => fitsRoute(path, pattern))
}

function send(exchange: Exchange, path: string, file: StaticFile, config: StaticConfig): true {
  const isPage = file.contentType.startsWith('text/html')
  const headers: Record<string, string> = {
    'content-type': file.contentType,
    etag: file.etag,
    'cache-control': !isPage && hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...lowerCase(config.globalHeaders),
    ...lowerCase(config.routes.find(({ route }) => fitsRoute(path, route))?.headers ?? {}),
  }
  const known = exchange.request.headers['if-none-match']?.split(/\s*,\s*/) ?? []
  if (known.includes(file.etag) || known.includes(`W/${file.etag}`)) return answer(exchange, 304, headers)
  return answer(exchange, 200, headers, file.bytes)
}

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
