import type { RpcLogLevel } from './model/core.ts'

const levels = [
  'trace',
  'debug',
  'information',
  'warning',
  'error',
  'critical',
  'none',
] as const satisfies readonly RpcLogLevel[]
export type LogLevel = (typeof levels)[number]

/** Levels by category, as `logging.logLevel` of host.json; a category's longest known beginning counts. */
export type LogLevels = Readonly<Record<string, LogLevel>>

export interface Logger {
  enabled(level: LogLevel, category: string): boolean
  log(level: LogLevel, category: string, message: string): void
}

/**
 * Writes one line a message, `time level category message`, unless its level is below its category's.
 * Categories: https://learn.microsoft.com/azure/azure-functions/configure-monitoring#configure-categories
 */
export function createLogger(options: {
  readonly levels: LogLevels
  readonly fallback: LogLevel
  readonly now: () => number
  readonly write: (line: string) => void
}): Logger {
  const ranks = new Map<string, number>()
  const rankOf = (category: string): number => {
    const known = ranks.get(category)
    if (known !== undefined) return known
    const rank = levels.indexOf(levelOf(category, options.levels) ?? options.fallback)
    ranks.set(category, rank)
    return rank
  }
  const enabled = (level: LogLevel, category: string): boolean =>
    level !== 'none' && levels.indexOf(level) >= rankOf(category)
  return {
    enabled,
    log: (level, category, message) => {
      if (!enabled(level, category)) return
      const time = new Date(options.now()).toISOString()
      options.write(`${time} ${level} ${category} ${message.replaceAll(/\r?\n/g, ' ⏎ ')}\n`)
    },
  }
}

function levelOf(category: string, given: LogLevels): LogLevel | undefined {
  let name = category
  for (;;) {
    const level = given[name]
    if (level !== undefined) return level
    const dot = name.lastIndexOf('.')
    if (dot < 0) return given['default'] ?? given['Default']
    name = name.slice(0, dot)
  }
}

/** The message of an error in one line, without the state that the Durable SDK appends for its extension. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('$OutOfProcData$:', 1)[0]?.trim() ?? text
}

/** The stack of an error, else what it says. */
export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
