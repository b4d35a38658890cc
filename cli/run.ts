import { CommanderError, type Command } from 'commander'
import { ended } from './api/refusal.ts'
import { exitCodes, Failure, type ExitCode } from './failure.ts'
import type { Io } from './io.ts'
import { buildProgram } from './program.ts'
import type { Cli } from './session.ts'
import { faultLines } from './show/import.ts'
import { painter } from './show/paint.ts'
import { languageOf, textsOf } from './texts/index.ts'

/** Runs one command. Never throws: what goes wrong is one line on standard error and the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const language = languageOf(argv, io.env)
  const cli: Cli = { io, language, t: textsOf(language), exitCode: exitCodes.ok }
  const program = buildProgram(cli)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return cli.exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok
    // A group without a verb: commander has shown its help.
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.badInput
    const failure = asFailure(error, cli, program, argv)
    report(failure, cli, argv)
    return failure.exitCode
  }
}

function asFailure(error: unknown, cli: Cli, program: Command, argv: readonly string[]): Failure {
  const { t } = cli
  if (error instanceof Failure) return error
  if (!(error instanceof CommanderError)) {
    const said = error instanceof Error ? error.message : String(error)
    return new Failure(exitCodes.failure, t.errors.internal(said.split('\n')[0] ?? ''))
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggested = /Did you mean (.+)\?\)/.exec(rest.join(' '))?.[1]
  const name = /'([^']+)'/.exec(first)?.[1] ?? ''
  const told = t.errors.usage[error.code]?.(name) ?? ended(first.charAt(0).toUpperCase() + first.slice(1))
  const fix = [suggested && t.errors.suggestion(suggested), t.errors.helpFix(spokenCommand(program, argv))]
  return new Failure(exitCodes.badInput, told, { fix: fix.filter(Boolean).join(' ') })
}

/** The part of the command line that exists: `atlas campaign`. */
function spokenCommand(program: Command, argv: readonly string[]): string {
  const names = ['atlas']
  let command = program
  for (const word of argv) {
    const child = command.commands.find((one) => one.name() === word)
    if (!child) continue
    names.push(word)
    command = child
  }
  return names.join(' ')
}

/** One line, then one line for each fault of a file. With --json also a document, so that scripts can read it. */
function report(failure: Failure, { io, t, language }: Cli, argv: readonly string[]): void {
  const { fix, problem, approval } = failure.details
  const plain = (io.env['NO_COLOR'] ?? '') !== '' || argv.includes('--no-color')
  const paint = painter(io.terminal.err && !plain)
  io.err(`${paint('red', 'atlas:')} ${[ended(failure.message), fix].filter(Boolean).join(' ')}\n`)
  for (const line of faultLines(problem?.errors ?? [], { t, language })) io.err(`${line}\n`)
  if (!argv.includes('--json')) return
  const { exitCode, message } = failure
  io.out(`${JSON.stringify({ error: { exitCode, message, fix, problem, approval } }, null, 2)}\n`)
}
