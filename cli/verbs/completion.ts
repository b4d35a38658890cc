import { Argument, type Command } from 'commander'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { powershellCompletion } from '../completion/powershell.ts'
import { treeOf, type TreeNode } from '../completion/tree.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { newVerb, type AddVerb } from './verb.ts'

const scripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
} satisfies Record<string, (tree: readonly TreeNode[]) => string>
type Shell = keyof typeof scripts
const shells = Object.keys(scripts) as Shell[]

/** A shell's completion script: from the commands as they are, it asks no server. */
export const addCompletion: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'completion', 'completion').addArgument(
    new Argument('<shell>', cli.t.args.shell).choices(shells),
  )
  command.action((shell: Shell) => {
    const script = scripts[shell](treeOf(rootOf(command)))
    const { json } = command.optsWithGlobals<{ json?: true }>()
    cli.io.out(json ? `${JSON.stringify({ shell, script }, null, 2)}\n` : script)
  })
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}
