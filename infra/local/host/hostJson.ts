import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LocalError } from '../supervisor/errors.ts'
import type { LogLevel } from './logger.ts'

const levelNames = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const
const level = z.string().transform((name, context): LogLevel => {
  const known = levelNames.find((one) => one === name.toLowerCase())
  if (known !== undefined) return known
  context.addIssue(`"${name}" is no log level: use ${levelNames.join(', ')}`)
  return z.NEVER
})

const count = z.number().int().positive()
const durableTask = z.object({
  hubName: z.string().min(1).default('TestHubName'),
  defaultVersion: z.string().optional(),
  maxConcurrentActivityFunctions: count.optional(),
  maxConcurrentOrchestratorFunctions: count.optional(),
})

const hostSchema = z.object({
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      durableTask: durableTask.prefault({}),
    })
    .prefault({}),
  logging: z.object({ logLevel: z.record(z.string(), level).default({}) }).prefault({}),
})

export type HostJson = z.infer<typeof hostSchema>

/**
 * What the host obeys of the app's host.json, with Azure's defaults; the rest is ignored. Throws LocalError.
 * Source: https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
export function readHostJson(folder: string): HostJson {
  const path = join(folder, 'host.json')
  if (!existsSync(path)) return hostSchema.parse({})
  try {
    return hostSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const fault = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : String(error)
    throw new LocalError('badUsage', `${path} is wrong: ${fault}`, { cause: error })
  }
}
