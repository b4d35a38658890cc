import { basename } from 'node:path'
import { askOwnScript } from './attached.ts'
import type { Runner } from './attached.ts'
import type { Program } from './program.ts'

/** Starts the process that does the work of a folder, so that it outlives the agent. */
export interface WorkStarter {
  /** Rejects when it could not be started; also then it may yet begin, unless the work is withdrawn. */
  start(folder: string, commandId: string): Promise<void>
}

/**
 * Starts it as a scheduled task of its own: what the agent's own task starts dies with that task on Windows.
 * `program`: the agent's executable with the arguments that make it do the work of the folder that follows.
 */
export function scheduledTasks(runner: Runner, program: Program): WorkStarter {
  // One after the other: each start also removes the tasks of work that is over.
  let last: Promise<unknown> = Promise.resolve()
  const startOne = async (folder: string, commandId: string): Promise<void> => {
    const argument = [...program.args, folder].map(quoted).join(' ')
    const params = { name: basename(folder), file: program.file, argument }
    await askOwnScript(runner, 'startWork', 'powershell/start-work.ps1', commandId, params)
  }
  return {
    start(folder, commandId) {
      const started = last.then(() => startOne(folder, commandId))
      last = started.catch(() => undefined)
      return started
    },
  }
}

/** As Windows programs take their command line apart; a path has no quotation mark in it. */
function quoted(argument: string): string {
  if (argument.includes('"') || argument.endsWith('\\')) throw new Error(`${argument} can't be an argument`)
  return /\s/.test(argument) || argument === '' ? `"${argument}"` : argument
}
