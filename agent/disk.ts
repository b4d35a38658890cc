import type * as nodeFs from 'node:fs'
import { dirname } from 'node:path'

type Flushing = Pick<typeof nodeFs, 'openSync' | 'fsyncSync' | 'closeSync'>
type Writing = Pick<typeof nodeFs, 'writeSync'>

/** All of it, from where the file stands: one call may take only a part. */
export function writeAll(files: Writing, descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += files.writeSync(descriptor, bytes, at)
}

/** `r+`: over what is there already, whose room is taken; what was longer is cut off. */
export function writeFlushed(
  files: Flushing & Writing & Pick<typeof nodeFs, 'ftruncateSync'>,
  file: string,
  bytes: Buffer,
  flags: 'w' | 'r+',
): void {
  const descriptor = files.openSync(file, flags, 0o600)
  try {
    writeAll(files, descriptor, bytes)
    if (flags === 'r+') files.ftruncateSync(descriptor, bytes.length)
    files.fsyncSync(descriptor)
  } finally {
    files.closeSync(descriptor)
  }
}

/** A file's name is durable only when its folder is; Windows keeps that by itself. */
export function syncFolder(files: Flushing, file: string): void {
  if (process.platform === 'win32') return
  const folder = files.openSync(dirname(file), 'r')
  try {
    files.fsyncSync(folder)
  } finally {
    files.closeSync(folder)
  }
}
