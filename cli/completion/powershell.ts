import { type Place, type TreeNode, valueOptions } from './tree.ts'

/** Completion for Windows PowerShell 5.1 and PowerShell 7: one table, one completer. */
export function powershellCompletion(tree: readonly TreeNode[]): string {
  return `# PowerShell completion of atlas: atlas completion powershell >> $PROFILE

$global:AtlasTree = @{
${tree.map(nodeEntry).join('\n')}
}
$global:AtlasValueOptions = @(${valueOptions(tree).map(quoted).join(', ')})
$global:AtlasClients = @()
$global:AtlasClientsAt = [DateTime]::MinValue

# Clients' ids, asked for at most once a minute.
function global:Get-AtlasClient {
    if (([DateTime]::UtcNow - $global:AtlasClientsAt).TotalSeconds -ge 60) {
        $text = (& atlas client list --json 2>$null) -join ' '
        $found = [regex]::Matches($text, '"clientId": *"([^"]*)"')
        $global:AtlasClients = @($found | ForEach-Object { $_.Groups[1].Value } | Sort-Object -Unique)
        $global:AtlasClientsAt = [DateTime]::UtcNow
    }
    $global:AtlasClients
}

Register-ArgumentCompleter -Native -CommandName 'atlas', 'atlas.cmd', 'atlas.ps1' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $path = ''
    $skip = $false
    foreach ($word in $before) {
        if ($skip) { $skip = $false; continue }
        if ($global:AtlasValueOptions -ccontains $word) { $skip = $true; continue }
        $longer = ($path + ' ' + $word).Trim()
        if ($global:AtlasTree.ContainsKey($longer)) { $path = $longer }
    }
    $node = $global:AtlasTree[$path]
    $place = $node.Argument
    if ($skip) {
        $option = $before[-1]
        $place = @{ Kind = 'text' }
        foreach ($one in $node.Options) { if (($one.Names -ccontains $option) -and $one.Value) { $place = $one.Value } }
    }
    $offers = @()
    if (-not $skip) {
        $offers += $node.Commands
        foreach ($one in $node.Options) { $offers += , @($one.Names[0], $one.What) }
    }
    if ($place.Kind -eq 'choice') { foreach ($one in $place.Of) { $offers += , @($one, $one) } }
    if ($place.Kind -eq 'client') { foreach ($one in (Get-AtlasClient)) { $offers += , @($one, $one) } }
    foreach ($offer in $offers) {
        if ($offer[0].StartsWith($wordToComplete, [StringComparison]::OrdinalIgnoreCase)) {
            $tip = if ($offer[1]) { $offer[1] } else { $offer[0] }
            [System.Management.Automation.CompletionResult]::new($offer[0], $offer[0], 'ParameterValue', $tip)
        }
    }
}
`
}

function nodeEntry({ path, commands, options, argument }: TreeNode): string {
  // The comma keeps a lone pair from being taken apart.
  const told = commands.map(({ name, what }) => `            , @(${quoted(name)}, ${quoted(what)})\n`)
  const listed = options.map(({ names, what, value }) => {
    const takes = value === undefined ? '' : `; Value = ${placeOf(value)}`
    return `@{ Names = @(${names.map(quoted).join(', ')}); What = ${quoted(what)}${takes} }`
  })
  return `    ${quoted(path)} = @{
        Commands = @(
${told.join('')}        )
        Argument = ${placeOf(argument)}
        Options = @(
            ${listed.join('\n            ')}
        )
    }`
}

function placeOf(place: Place): string {
  const of = place.kind === 'choice' ? `; Of = @(${place.of.map(quoted).join(', ')})` : ''
  return `@{ Kind = '${place.kind}'${of} }`
}

/** In single quotes PowerShell knows one escape: the quote twice. It takes typographic ones for quotes as well. */
const quoted = (text: string): string => `'${text.replaceAll(/['\u2018\u2019\u201A\u201B]/g, '$&$&')}'`
