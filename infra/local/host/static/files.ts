import { createHash } from 'node:crypto'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'

export interface StaticFile {
  readonly bytes: Buffer
  readonly etag: string
  readonly contentType: string
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.pdf': 'application/pdf',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
  '.csv': 'text/csv; charset=utf-8',
}

const neverServed = new Set(['staticwebapp.config.json'])

/** The files of one folder, kept in memory until they change. Nothing outside of the folder is ever read. */
export class StaticFiles {
  readonly #root: string
  readonly #mimeTypes: Readonly<Record<string, string>>
  readonly #cache = new Map<string, { stamp: string; file: StaticFile }>()

  constructor(folder: string, mimeTypes: Readonly<Record<string, string>>) {
    this.#root = realpathSync(folder)
    this.#mimeTypes = mimeTypes
  }

  /** The file at a decoded path of the site; a folder has its index.html. */
  find(path: string): StaticFile | undefined {
    if (path.includes('\0')) return undefined
    const name = join(this.#root, path.endsWith('/') ? `${path}index.html` : path)
    const real = this.#realFile(name)
    if (real === undefined || !real.startsWith(this.#root + sep)) return undefined
    const parts = real.slice(this.#root.length + 1).split(sep)
    if (parts.some((part) => part.startsWith('.') || neverServed.has(part))) return undefined
    return this.#read(real)
  }

  #realFile(name: string): string | undefined {
    try {
      return statSync(name).isFile() ? realpathSync(name) : undefined
    } catch {
      return undefined // Not there, or no name that the system allows.
    }
  }

  #read(path: string): StaticFile {
    const { mtimeMs, size } = statSync(path)
    const stamp = `${mtimeMs} ${size}`
    const cached = this.#cache.get(path)
    if (cached?.stamp === stamp) return cached.file
    const bytes = readFileSync(path)
    const extension = extname(path).toLowerCase()
    const contentType = this.#mimeTypes[extension] ?? contentTypes[extension] ?? 'application/octet-stream'
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
    const file = { bytes, etag, contentType }
    this.#cache.set(path, { stamp, file })
    return file
  }
}
