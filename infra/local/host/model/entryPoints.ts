import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { LocalError } from '../../supervisor/errors.ts'

const packageSchema = z.object({ main: z.string().min(1).optional(), type: z.string().optional() })

/** Loads the files that `main` of the app's package.json names (a path or a glob, as on Azure). Throws LocalError. */
export async function loadEntryPoints(folder: string): Promise<void> {
  const app = resolve(folder)
  const { main = 'index.js', type } = readPackage(app)
  const files = globSync(main, { cwd: app }).sort()
  if (files.length === 0)
    throw new LocalError('badUsage', `The app in ${app} has no file "${main}" ("main" of its package.json).`)
  for (const file of files) await loadFile(join(app, file), type === 'module')
}

function readPackage(app: string): z.infer<typeof packageSchema> {
  const path = join(app, 'package.json')
  if (!existsSync(path))
    throw new LocalError('badUsage', `There is no app in ${app}: it needs a package.json with "main".`)
  try {
    return packageSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new LocalError('badUsage', `${path} can't be read: ${String(error)}`, { cause: error })
  }
}

async function loadFile(path: string, isModule: boolean): Promise<void> {
  const extension = extname(path)
  if (extension === '.cjs' || extension === '.cts' || (!isModule && extension === '.js'))
    createRequire(path)(path)
  else await import(/* @vite-ignore */ pathToFileURL(path).href)
}
