import type { Command } from 'commander'
import type { Cli } from '../session.ts'
import type { VerbName } from '../texts/help.ts'

/** Each verb adds itself to its parent command. */
export type AddVerb = (parent: Command, cli: Cli) => void

/**
 * A verb with its description, what it needs to know of it, and examples to copy; a default one is what its
 * group alone does.
 */
export function newVerb(
  parent: Command,
  cli: Cli,
  name: VerbName,
  usage: string,
  { isDefault = false } = {},
): Command {
  const { what, more, examples } = cli.t.verbs[name]
  const lines = examples.map(
    ([command, comment]) => `  ${command}${comment === '' ? '' : `\n      ${comment}`}`,
  )
  return parent
    .command(usage, { isDefault })
    .summary(what)
    .description(more === undefined ? `${what}.` : `${what}.\n${more}`)
    .addHelpText('after', `\n${cli.t.examples}\n${lines.join('\n')}`)
}

/** A verb that changes something: with --dry-run it only says what it would touch. */
export function newChange(parent: Command, cli: Cli, name: VerbName, usage: string): Command {
  return newVerb(parent, cli, name, usage).option('--dry-run', cli.t.options.dryRun)
}

export const isDryRun = (command: Command): boolean => command.opts<{ dryRun?: true }>().dryRun === true

/** `campaign pause`: the verb as people type it, without the program's own name. */
export function spokenName(command: Command): string {
  const names: string[] = []
  for (let one: Command | null = command; one?.parent; one = one.parent) names.unshift(one.name())
  return names.join(' ')
}
