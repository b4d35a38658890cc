import { optionsWith, type Place, type TreeNode, valueOptions } from './tree.ts'

/** Completion for bash 4 and later (bash 3.2 of macOS too: no associative arrays). */
export function bashCompletion(tree: readonly TreeNode[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== '')
  return `# bash completion of atlas: atlas completion bash > ~/.local/share/bash-completion/completions/atlas

# Clients' ids, asked for at most once a minute.
_atlas_clients() {
  if [[ -z \${_ATLAS_CLIENTS_AT:-} || $((SECONDS - _ATLAS_CLIENTS_AT)) -ge 60 ]]; then
    _ATLAS_CLIENTS=$(atlas client list --json 2>/dev/null </dev/null |
      sed -n 's/.*"clientId": *"\\([^"]*\\)".*/\\1/p' | sort -u)
    _ATLAS_CLIENTS_AT=$SECONDS
  fi
}

_atlas_reply() {
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_atlas() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' word i place='text' words=''
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${valueOptions(tree).join('|')}) ((i++)); continue ;;
    esac
    case "\${path:+$path }$word" in
      ${paths.map(quoted).join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${tree.map(nodeCase).join('\n')}
  esac
  case $place in
    value) return ;;
    client) _atlas_clients; words="$words $_ATLAS_CLIENTS" ;;
    file) if [[ $cur != -* ]]; then compopt -o filenames 2>/dev/null; local IFS=$'\n'; COMPREPLY=($(compgen -f -- "$cur")); return; fi ;;
  esac
  _atlas_reply "$words" "$cur"
}
complete -F _atlas atlas
`
}

const quoted = (text: string): string => `'${text}'`

/** At one command: what its option before the cursor takes, else its commands, argument and options. */
function nodeCase(node: TreeNode): string {
  const { path, commands, options, argument } = node
  const values = [
    ...optionsWith(node, 'choice').map((option) => valueCase(option.names, option.value)),
    ...(['client', 'file', 'text'] as const).flatMap((kind) => {
      const names = optionsWith(node, kind).flatMap((option) => option.names)
      return names.length === 0 ? [] : [valueCase(names, { kind })]
    }),
  ]
  const words = [
    ...commands.map(({ name }) => name),
    ...(argument.kind === 'choice' ? argument.of : []),
    ...options.flatMap(({ names }) => names.filter((name) => name.startsWith('--'))),
  ]
  const place = argument.kind === 'client' || argument.kind === 'file' ? argument.kind : 'text'
  return `    '${path}')
      case $prev in
${values.join('\n')}
        *) words='${words.join(' ')}' place=${place} ;;
      esac ;;`
}

function valueCase(names: readonly string[], value: Place | undefined): string {
  const told =
    value?.kind === 'choice'
      ? `words='${value.of.join(' ')}'`
      : `place=${value === undefined || value.kind === 'text' ? 'value' : value.kind}`
  return `        ${names.join('|')}) ${told} ;;`
}
