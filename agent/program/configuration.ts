import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import { ProgramError, hasCode, messageOf } from './problems.ts'

const Pin = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'a pin is the base64 SHA-256 of a public key (44 characters)')

/** One pin alone would lock all hosts out on the day on which its key is lost. */
const Pins = z
  .array(Pin)
  .min(2, 'a pin needs a backup pin beside it')
  .max(10)
  .refine((pins) => new Set(pins).size === pins.length, 'the same pin twice is no backup')

const ServerUrl = z
  .string()
  .refine(
    (url) => protocolOf(url) === 'https:' || isLoopback(url),
    'an https address (http only for a rehearsal on this machine itself)',
  )

const Proxy = z
  .string()
  .refine(
    (url) => protocolOf(url) === 'http:' && !/\.(pac|dat)$/i.test(new URL(url).pathname),
    'http://host:port, with user and password before the host where it wants them; a PAC file is not evaluated: name the proxy itself',
  )

/** `agent.json`, written by `install.ps1` or by hand. What it doesn't know is refused, so that a slip is seen. */
export const AgentConfiguration = z.strictObject({
  server: ServerUrl,
  /** Explicit HTTP proxy; every connection, the queue's too, is a CONNECT through it. */
  proxy: Proxy.optional(),
  pins: z.strictObject({ api: Pins.optional(), queue: Pins.optional() }).default({}),
  /** PEM file of an authority of your own that signs the server's certificate. */
  authorityFile: z.string().min(1).optional(),
  /** What this host may be asked to do; absent: every kind that this version knows. */
  allowedKinds: z.array(TaskKind).optional(),
  /** Downloads go no faster here, whatever the server allows. */
  maxDownloadKilobitsPerSecond: z.int().positive().optional(),
  logLevel: z.enum(['warning', 'info', 'debug']).default('info'),
})
export type AgentConfiguration = z.infer<typeof AgentConfiguration>

/** Throws ProgramError `badConfiguration`, naming file, field and what is wrong with it. */
export function readConfiguration(file: string): AgentConfiguration {
  const parsed = AgentConfiguration.safeParse(readJson(file))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
  throw new ProgramError('badConfiguration', `${file}: ${faults.join('; ')}.`)
}

export function configurationOrUndefined(file: string): AgentConfiguration | undefined {
  try {
    return readConfiguration(file)
  } catch (error) {
    if (error instanceof ProgramError && hasCode(error.cause, 'ENOENT')) return undefined
    throw error
  }
}

/** Checked before it is written: what `enrol` is told is kept for `run`. */
export function writeConfiguration(file: string, input: z.input<typeof AgentConfiguration>): void {
  const parsed = AgentConfiguration.safeParse(input)
  if (!parsed.success) {
    const [first] = parsed.error.issues
    throw new ProgramError('badUsage', `${first?.path.join('.') ?? ''}: ${first?.message ?? 'invalid'}.`)
  }
  writeFileSync(`${file}.new`, `${JSON.stringify(input, undefined, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

function readJson(file: string): unknown {
  try {
    // Editors of Windows put a byte order mark before it.
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\u{feff}/u, ''))
  } catch (error) {
    const missing = hasCode(error, 'ENOENT')
    const fix = missing ? 'Run install.ps1, or enrol with --server.' : 'Correct it.'
    throw new ProgramError('badConfiguration', `${file} can't be read: ${messageOf(error)}. ${fix}`, {
      cause: error,
    })
  }
}

export function isLoopback(url: string): boolean {
  if (protocolOf(url) !== 'http:') return false
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(url).hostname)
}

function protocolOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).protocol : undefined
}
