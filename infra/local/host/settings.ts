import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LocalError } from '../supervisor/errors.ts'

type Environment = Record<string, string | undefined>

const schema = z.object({ Values: z.record(z.string(), z.coerce.string()).default({}) })

/** Puts `Values` of the app's local.settings.json into `env` where it has none of that name. Throws LocalError. */
export function applyLocalSettings(folder: string, env: Environment): void {
  const path = join(folder, 'local.settings.json')
  if (!existsSync(path)) return
  let values: Record<string, string>
  try {
    values = schema.parse(JSON.parse(readFileSync(path, 'utf8'))).Values
  } catch (error) {
    throw new LocalError('badUsage', `${path} can't be read: ${String(error)}`, { cause: error })
  }
  for (const [name, value] of Object.entries(values)) env[name] ??= value
}

/** Replaces `%NAME%` by the setting of that name, as in Azure's binding expressions. Throws LocalError. */
export function resolveSettings(text: string, where: string, env: Environment): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name]
    if (value === undefined)
      throw new LocalError('badUsage', `${where} needs the setting ${name}, and there is none.`)
    return value
  })
}

/** What a Functions host tells its app. Source: https://learn.microsoft.com/azure/azure-functions/functions-app-settings */
export function applyHostSettings(port: number, app: string, env: Environment): void {
  // The Durable SDK builds its management URLs with it.
  env['WEBSITE_HOSTNAME'] = `127.0.0.1:${port}`
  env['AzureWebJobsScriptRoot'] = app
  env['FUNCTIONS_WORKER_RUNTIME'] ??= 'node'
  env['AZURE_FUNCTIONS_ENVIRONMENT'] ??= 'Development'
}
