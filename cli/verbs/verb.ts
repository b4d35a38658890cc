import type { Command } from 'commander'
import type { Cli } from '../session.ts'
import type { VerbName } from '../texts/help.ts'

/** Each verb adds itself to its parent command. */
export type AddVerb = (parent: Command, cli: Cli) => void

/** A verb with its description, what it needs to know of it, and examples to copy. */
export function newVerb(parent: Command, cli: Cli, name: VerbName, usage: string): Command {
  const { what, more, examples } = cli.t.verbs[name]
  const lines = examples.map(
    ([command, comment]) => `  ${command}${comment === '' ? '' : `\n      ${comment}`}`,
  )
  return parent
    .command(usage)
    .summary(what)
    .description(more === undefined ? `${what}.` : `${what}.\n${more}`)
    .addHelpText('after', `\n${cli.t.examples}\n${lines.join('\n')}`)
}
