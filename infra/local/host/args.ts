import { parseArgs } from 'node:util'
import { z } from 'zod'
import { LocalError } from '../supervisor/errors.ts'

const dateTime = z.iso.datetime({ offset: true }).transform((iso) => Date.parse(iso))
const schema = z.object({
  app: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  data: z.string().min(1),
  speed: z.coerce.number().positive(),
  'plan-start': dateTime.optional(),
  static: z.string().min(1).optional(),
  define: z.array(z.string().regex(/^[^=]+=/, 'must read NAME=VALUE')),
  held: z.boolean(),
  quiet: z.boolean(),
})

export interface HostArgs {
  readonly app: string
  readonly port: number
  readonly data: string
  readonly speed: number
  readonly planStart: number | undefined
  readonly staticFolder: string | undefined
  /** Texts to put for others in the headers of staticwebapp.config.json. */
  readonly defines: Readonly<Record<string, string>>
  readonly held: boolean
  readonly quiet: boolean
}

const usage =
  'usage: main.ts --app FOLDER --data DIR [--port N] [--speed N] [--plan-start ISO] [--static DIR] [--define NAME=VALUE]... [--held] [--quiet]'

/** Reads the command line. Throws LocalError `badUsage`: one line with what is wrong and the usage. */
export function readArgs(args: readonly string[]): HostArgs {
  const parsed = schema.safeParse(optionsOf(args))
  if (!parsed.success)
    throw badUsage(
      parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; '),
    )
  const { data } = parsed
  return {
    app: data.app,
    port: data.port,
    data: data.data,
    speed: data.speed,
    planStart: data['plan-start'],
    staticFolder: data.static,
    defines: Object.fromEntries(data.define.map(split)),
    held: data.held,
    quiet: data.quiet,
  }
}

const split = (define: string): [string, string] => {
  const at = define.indexOf('=')
  return [define.slice(0, at), define.slice(at + 1)]
}

const optionsOf = (args: readonly string[]): Record<string, unknown> => {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        app: text,
        port: { type: 'string', default: '7071' },
        data: text,
        speed: { type: 'string', default: '1' },
        'plan-start': text,
        static: text,
        define: { type: 'string', multiple: true, default: [] },
        held: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw badUsage(error instanceof Error ? error.message : String(error))
  }
}

const badUsage = (fault: string): LocalError => new LocalError('badUsage', `${fault}. ${usage}`)
