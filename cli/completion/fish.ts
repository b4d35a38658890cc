import { type Place, type TreeNode, type TreeOption, valueOptions } from './tree.ts'

/** Completion for fish: a line for each command and each option. */
export function fishCompletion(tree: readonly TreeNode[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== '')
  return `# fish completion of atlas: atlas completion fish > ~/.config/fish/completions/atlas.fish

set -g __atlas_paths ${paths.map(quoted).join(' ')}

# The command that stands before the cursor: "campaign pause".
function __atlas_path
    set -l path
    set -l skip 0
    set -l tokens (commandline -opc)
    for word in $tokens[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${valueOptions(tree).map(quoted).join(' ')}
                set skip 1
            case '-*'
            case '*'
                if contains -- (string join ' ' $path $word) $__atlas_paths
                    set path $path $word
                end
        end
    end
    string join ' ' $path
end

function __atlas_at
    set -l path (__atlas_path)
    test "$path" = "$argv[1]"
end

# Clients' ids, asked for at most once a minute.
function __atlas_clients
    set -l now (date +%s)
    if not set -q __atlas_clients_at; or test (math $now - $__atlas_clients_at) -ge 60
        set -g __atlas_clients_known (atlas client list --json 2>/dev/null </dev/null | string match -rg '"clientId": *"([^"]*)"' | sort -u)
        set -g __atlas_clients_at $now
    end
    printf '%s\\n' $__atlas_clients_known
end

complete -c atlas -f
${tree.flatMap(nodeLines).join('\n')}
`
}

function nodeLines({ path, commands, options, argument }: TreeNode): string[] {
  const at = `complete -c atlas -n ${quoted(`__atlas_at ${quoted(path)}`)}`
  return [
    ...commands.map(({ name, what }) => `${at} -a ${quoted(name)} -d ${quoted(what)}`),
    ...(argument.kind === 'text' ? [] : [`${at} ${valueOf(argument)}`]),
    ...options.map((option) => `${at} ${optionOf(option)}`),
  ]
}

function optionOf({ names, what, value }: TreeOption): string {
  const told = names.map((name) =>
    name.startsWith('--') ? `-l ${quoted(name.slice(2))}` : `-s ${quoted(name.slice(1))}`,
  )
  const takes = value === undefined ? '' : value.kind === 'text' ? ' -x' : ` -r ${valueOf(value)}`
  return `${told.join(' ')}${takes}${what === '' ? '' : ` -d ${quoted(what)}`}`
}

function valueOf(place: Place): string {
  switch (place.kind) {
    case 'client':
      return `-f -a '(__atlas_clients)'`
    case 'choice':
      return `-f -a ${quoted(place.of.join(' '))}`
    case 'file':
      return '-F'
    case 'text':
      return ''
  }
}

/** In single quotes fish knows two escapes: of the quote and of the backslash. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
