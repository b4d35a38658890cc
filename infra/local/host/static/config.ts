import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LocalError } from '../../supervisor/errors.ts'

const headers = z.record(z.string(), z.string())
const schema = z.object({
  globalHeaders: headers.default({}),
  mimeTypes: headers.default({}),
  navigationFallback: z
    .object({ rewrite: z.string(), exclude: z.array(z.string()).default([]) })
    .default({ rewrite: '/index.html', exclude: [] }),
  routes: z.array(z.object({ route: z.string(), headers: headers.optional() })).default([]),
})

export type StaticConfig = z.infer<typeof schema>

/**
 * What is obeyed of the folder's staticwebapp.config.json; `defines` replaces texts in its headers. Throws LocalError.
 * Source: https://learn.microsoft.com/azure/static-web-apps/configuration
 */
export function readStaticConfig(folder: string, defines: Readonly<Record<string, string>>): StaticConfig {
  const path = join(folder, 'staticwebapp.config.json')
  if (!existsSync(path)) return schema.parse({})
  let config: StaticConfig
  try {
    config = schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new LocalError('badUsage', `${path} is wrong: ${String(error)}`, { cause: error })
  }
  const replaced = Object.entries(config.globalHeaders).map(([name, value]) => [
    name,
    replace(value, defines),
  ])
  return { ...config, globalHeaders: z.record(z.string(), z.string()).parse(Object.fromEntries(replaced)) }
}

const replace = (text: string, defines: Readonly<Record<string, string>>): string =>
  Object.entries(defines).reduce((now, [from, to]) => now.replaceAll(from, to), text)

/** Whether a path fits a route pattern with `*` at its end, or `*.{png,svg}`. */
export function fitsRoute(path: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.+?()[\]|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll(/\{([^}]*)\}/g, (_, list: string) => `(${list.replaceAll(',', '|')})`)
  return new RegExp(`^${source}$`).test(path)
}
