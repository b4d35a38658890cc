import { parseArgs } from 'node:util'
import { z } from 'zod'
import { LocalError } from '../supervisor/errors.ts'
import type { Ports } from './ports.ts'

export type PlatformArgs = {
  readonly data: string
  readonly ports: Ports
  /** Queues whose name matches come to be when first used. */
  readonly autoCreateQueues: RegExp | undefined
}

const port = z.coerce.number().int().min(0).max(65_535)
const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, 'u')
  } catch {
    context.addIssue(`${source} is no regular expression`)
    return z.NEVER
  }
})

const schema = z.object({
  data: z.string().min(1),
  'tables-port': port,
  'bus-port': port,
  'bus-admin-port': port,
  'pubsub-port': port,
  'auto-create-queues': pattern.optional(),
})

const usage =
  'usage: main.ts --data DIR [--tables-port N] [--bus-port N] [--bus-admin-port N] [--pubsub-port N] [--auto-create-queues REGEXP]'

/** Reads the command line. Throws LocalError `badUsage`: one line with what is wrong and the usage. */
export const readArgs = (args: readonly string[]): PlatformArgs => {
  const parsed = schema.safeParse(optionsOf(args))
  if (!parsed.success) {
    throw badUsage(
      parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; '),
    )
  }
  const { data } = parsed
  return {
    data: data.data,
    ports: {
      tables: data['tables-port'],
      bus: data['bus-port'],
      busAdmin: data['bus-admin-port'],
      pubsub: data['pubsub-port'],
    },
    autoCreateQueues: data['auto-create-queues'],
  }
}

const optionsOf = (args: readonly string[]): Record<string, unknown> => {
  const option = { type: 'string' } as const
  const zero = { type: 'string', default: '0' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: option,
        'tables-port': zero,
        'bus-port': zero,
        'bus-admin-port': zero,
        'pubsub-port': zero,
        'auto-create-queues': option,
      },
    }).values
  } catch (error) {
    throw badUsage(error instanceof Error ? error.message : String(error))
  }
}

const badUsage = (fault: string): LocalError => new LocalError('badUsage', `${fault}. ${usage}`)
