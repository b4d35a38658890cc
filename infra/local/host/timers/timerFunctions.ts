import { z } from 'zod'
import { LocalError } from '../../supervisor/errors.ts'
import type { LoadedFunction } from '../programmingModel.ts'
import { parseSchedule } from './schedule.ts'
import type { TimerFunction } from './timerService.ts'

const timerTrigger = z.object({
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
})

/** The timer of a function with a timerTrigger. Throws LocalError naming the function. */
export function timerOf(fn: LoadedFunction, resolve: (text: string) => string): TimerFunction {
  const { name } = fn.metadata
  try {
    const { schedule: text, runOnStartup, useMonitor } = timerTrigger.parse(fn.trigger)
    const schedule = parseSchedule(resolve(text))
    return { name, schedule, runOnStartup, useMonitor: useMonitor && !schedule.isFrequent }
  } catch (error) {
    if (error instanceof LocalError) throw error
    const fault = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new LocalError('badUsage', `The timer of the function "${name}" is wrong: ${fault}`, {
      cause: error,
    })
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
