import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkScripts } from './check.ts'
import { readContracts } from './contracts.ts'
import type { Finding } from './findings.ts'

const contracts = readContracts()
const preamble = "Set-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\n"
const programs = new Set(['shutdown.exe'])

const check = (...texts: string[]) =>
  checkScripts(
    texts.map((text, index) => ({ file: `${index}.ps1`, text: preamble + text })),
    { contracts, programs },
  )

/** Planted mistakes: what the check must say of each, and nothing else. */
const planted: readonly (readonly [string, string, Finding['rule']])[] = [
  ['a broken block', 'if ($true) { Get-VM', 'syntax'],
  ['code from text', "Invoke-Expression 'Get-VM'", 'forbidden'],
  ['code from text by its alias', "iex 'Get-VM'", 'forbidden'],
  ['compiled text', "Add-Type -TypeDefinition 'class A {}'", 'forbidden'],
  ['a script block made of text', "$block = [scriptblock]::Create('Get-VM')", 'forbidden'],
  ['a command that is computed', '& $command', 'forbidden'],
  ['a script of elsewhere', '. $path', 'forbidden'],
  ['a text run by the engine', "$ExecutionContext.InvokeCommand.InvokeScript('Get-VM')", 'forbidden'],
  ['a cmdlet that does not exist', "Get-VMCheckpoints -VMName 'x'", 'unknownCommand'],
  ['an alias', 'gci C:\\', 'unknownCommand'],
  ['a program that is not listed', 'curl.exe -o x', 'unknownCommand'],
  ['a parameter that does not exist', "Get-VM -Nmae 'x'", 'unknownParameter'],
  ['an abbreviated parameter', "Get-VM -Na 'x'", 'unknownParameter'],
  [
    'a parameter of PowerShell 7 alone',
    "ConvertFrom-Json -InputObject '{}' -AsHashtable",
    'unknownParameter',
  ],
  ['a splatted parameter that does not exist', "$p = @{ Nmae = 'x' }\nGet-VM @p", 'unknownParameter'],
  ['a splatted key added later', "$p = @{ Name = 'x' }\n$p['Nope'] = 1\nGet-VM @p", 'unknownParameter'],
  ['parameters of two sets', "Get-VM -Name 'x' -Id 'y'", 'parameterSet'],
  ['a mandatory parameter left out', "Checkpoint-VM -SnapshotName 'y'", 'parameterSet'],
  ['more values than places', "Get-VM 'x' 'y' 'z'", 'parameterSet'],
  ['a value that no enumeration has', "Set-VM -Name 'x' -CheckpointType Sometimes", 'enumValue'],
  ['an error action that does not exist', "Get-VM -Name 'x' -ErrorAction Quietly", 'enumValue'],
  ['a restore that would ask', "Restore-VMSnapshot -VMName 'x' -Name 'y'", 'needsConfirm'],
  ['a stop that would ask', "Stop-VM -Name 'x'", 'needsConfirm'],
  ['a property that no machine has', "$vm = Get-VM -Name 'x'\n$vm.Healthy", 'unknownMember'],
  ['a property in a pipeline', 'Get-VM | Where-Object { $_.Healthy }', 'unknownMember'],
  ['a property in a loop', 'foreach ($vm in Get-VM) { $vm.Healthy }', 'unknownMember'],
  [
    'a method that no COM object has',
    "$session = New-Object -ComObject 'Microsoft.Update.Session'\n$session.CreateSearcher()",
    'unknownMember',
  ],
  [
    'a property of an update that does not exist',
    "$session = New-Object -ComObject 'Microsoft.Update.Session'\n" +
      "foreach ($update in $session.CreateUpdateSearcher().Search('x').Updates) { $update.Kb }",
    'unknownMember',
  ],
  [
    'an unknown parameter of an own function',
    "function Get-It {\n  param([string] $Name)\n}\nGet-It -Nmae 'x'",
    'unknownParameter',
  ],
  [
    'an own function without what it must get',
    'function Get-It {\n  param([Parameter(Mandatory = $true)] [string] $Name)\n}\nGet-It',
    'parameterSet',
  ],
]

describe('the contract check of PowerShell scripts', () => {
  it('finds nothing wrong with a script that keeps to its contracts', async () => {
    const file = join(import.meta.dirname, '../../fixtures/powershell/good.ps1')
    const text = readFileSync(file, 'utf8')
    expect(await checkScripts([{ file, text }], { contracts, programs })).toEqual([])
  })

  it.each(planted)('finds %s', async (_, text, rule) => {
    expect([...new Set((await check(text)).map((finding) => finding.rule))]).toEqual([rule])
  })

  it('wants strict mode and errors that stop', async () => {
    const found = await checkScripts([{ file: 'a.ps1', text: 'Get-VM' }], { contracts, programs })
    expect(found.map(({ rule }) => rule)).toEqual(['preamble', 'preamble'])
  })

  it('lets one script call what another one defines', async () => {
    expect(await check('function Get-It {\n  param([string] $Name)\n}\n', "Get-It -Name 'x'")).toEqual([])
    expect(await check("Get-It -Name 'x'")).toHaveLength(1)
  })

  it('says file and line', async () => {
    const [found] = await check("Get-VM\nGet-VM -Nmae 'x'")
    expect(found).toMatchObject({ file: '0.ps1', line: 4 })
  })
})
