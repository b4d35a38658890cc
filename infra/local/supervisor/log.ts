import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export type RotatingLog = { readonly write: (line: string) => void; readonly close: () => void }

/**
 * Appends lines to `path`; past `maxBytes` it becomes `path.1`, that one `path.2`, and so on, and only
 * `keep` old files stay. Synchronous: what a dying child said must be on disk before anyone acts on it.
 */
export const openLog = (path: string, { maxBytes = 5 * 1024 * 1024, keep = 3 } = {}): RotatingLog => {
  mkdirSync(dirname(path), { recursive: true })
  let file = openSync(path, 'a')
  let bytes = fstatSync(file).size
  const rotate = (): void => {
    closeSync(file)
    rmSync(`${path}.${keep}`, { force: true })
    for (let n = keep - 1; n >= 1; n--)
      if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`)
    if (keep > 0) renameSync(path, `${path}.1`)
    else rmSync(path)
    file = openSync(path, 'a')
    bytes = 0
  }
  let closed = false
  return {
    write: (line) => {
      if (closed) return
      const text = `${line}\n`
      const length = Buffer.byteLength(text)
      if (bytes > 0 && bytes + length > maxBytes) rotate()
      writeSync(file, text)
      bytes += length
    },
    close: () => {
      closed = true
      closeSync(file)
    },
  }
}
