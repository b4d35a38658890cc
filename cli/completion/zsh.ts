import type { Place, TreeNode } from './tree.ts'
import { valueOptions } from './tree.ts'

/** Completion for zsh: the words of each command with what they do. */
export function zshCompletion(tree: readonly TreeNode[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== '')
  return `#compdef atlas
# zsh completion of atlas: atlas completion zsh > a folder of $fpath, as _atlas

_atlas_clients() {
  if [[ -z $_ATLAS_CLIENTS_AT || $((SECONDS - _ATLAS_CLIENTS_AT)) -ge 60 ]]; then
    typeset -g _ATLAS_CLIENTS=$(atlas client list --json 2>/dev/null </dev/null |
      sed -n 's/.*"clientId": *"\\([^"]*\\)".*/\\1/p' | sort -u)
    typeset -g _ATLAS_CLIENTS_AT=$SECONDS
  fi
  compadd -- \${(f)_ATLAS_CLIENTS}
}

_atlas() {
  local at='' word prev=$words[CURRENT-1] i
  local -a commands options
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      (${valueOptions(tree).join('|')}) ((i++)); continue ;;
    esac
    case "\${at:+$at }$word" in
      (${paths.map((path) => `'${path}'`).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case $at in
${tree.map(nodeCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _atlas ]]; then _atlas "$@"; else compdef _atlas atlas; fi
`
}

/** \`name:what it does\`, in single quotes; a colon in a name or text is escaped. */
function described(name: string, what: string): string {
  const plain = what.replaceAll(/[\\:]/g, String.raw`\$&`).replaceAll("'", "'\\''")
  return `'${name.replaceAll(':', '\\:')}:${plain}'`
}

function nodeCase({ path, commands, options, argument }: TreeNode): string {
  const values = options.flatMap(({ names, value }) =>
    value ? [`        (${names.join('|')}) ${action(value)}; return ;;`] : [],
  )
  const listed = options.map(({ names, what }) => described(names[0] ?? '', what))
  return `    ('${path}')
      case $prev in
${values.join('\n')}
      esac
      if [[ $words[CURRENT] == -* ]]; then
        options=(${listed.join(' ')})
        _describe -o option options
        return
      fi
      ${
        commands.length > 0
          ? `commands=(${commands.map(({ name, what }) => described(name, what)).join(' ')})
      _describe command commands`
          : action(argument)
      } ;;`
}

function action(place: Place): string {
  switch (place.kind) {
    case 'client':
      return '_atlas_clients'
    case 'file':
      return '_files'
    case 'choice':
      return `compadd -- ${place.of.join(' ')}`
    case 'text':
      return '_message value'
  }
}
