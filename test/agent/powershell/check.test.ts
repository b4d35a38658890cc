import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkScripts } from './check.ts'
import { readContracts } from './contracts.ts'
import type { Finding } from './findings.ts'

const contracts = readContracts()
const preamble = "Set-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\n"
const programs = new Set(['shutdown.exe'])

const looks = "\n[void] (Get-Command -Name 'Get-VM' -ErrorAction Ignore)\n"

const check = (...texts: string[]) =>
  checkScripts(
    texts.map((text, index) => ({ file: `${index}.ps1`, text: preamble + text + looks })),
    { contracts, programs },
  )

const rulesOf = (findings: readonly Finding[]) => findings.map(({ rule }) => rule)

/** Planted mistakes: what the check must say of each, and nothing else. */
const planted: readonly (readonly [string, string, Finding['rule']])[] = [
  ['a broken block', 'if ($true) { Get-VM', 'syntax'],
  ['code from text', "Invoke-Expression 'Get-VM'", 'forbidden'],
  ['code from text by its alias', "iex 'Get-VM'", 'forbidden'],
  ['compiled text', "Add-Type -TypeDefinition 'class A {}'", 'forbidden'],
  ['a script block made of text', "$block = [scriptblock]::Create('Get-VM')", 'forbidden'],
  ['a command that is computed', '& $command', 'forbidden'],
  [
    'a program by path that is not listed',
    "$fetchExe = Join-Path -Path $env:SystemRoot -ChildPath 'System32\\curl.exe'\n& $fetchExe -o x",
    'forbidden',
  ],
  [
    'a program that can be two',
    "$fetchExe = Join-Path -Path $a -ChildPath 'shutdown.exe'\n$fetchExe = $b\n& $fetchExe /r",
    'forbidden',
  ],
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
    'an enumeration that JSON shows as a number',
    'foreach ($vm in Get-VM) { @{ state = $vm.State } }',
    'enumNumber',
  ],
  ['an answer that slips into the result', '$list = @{}\n$list.Add(1, 2)', 'strayOutput'],
  ['an empty catch', 'try { Get-VM } catch { }', 'swallowed'],
  ['a change whose failure is ignored', "Stop-VM -Name 'x' -Force -ErrorAction Ignore", 'swallowed'],
  ['a function that nobody calls', 'function Get-It {\n  param([string] $Name)\n  $Name\n}', 'unused'],
  ['a module that may be missing', 'Get-BitLockerVolume', 'unguarded'],
  ['a feature that may be missing, although another is looked for', 'Get-WBBackupSet\nGet-VM', 'unguarded'],
  [
    'an own function without what it must get',
    'function Get-It {\n  param([Parameter(Mandatory = $true)] [string] $Name)\n}\nGet-It',
    'parameterSet',
  ],
]

/** A whole task script, with what stands before its end, and the end itself. */
const end = {
  read: "$request = Read-AtlasInput -Kind 'scan'",
  work: '  $result = Get-Date',
  fail: '  Write-AtlasFailure -Request $request -ErrorRecord $_\n  exit 0',
  write: 'Write-AtlasDocument -Request $request -Result $result',
}
const taskScript = ({ read, work, fail, write }: typeof end) =>
  `${preamble}Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\\..\\powershell\\Atlas.psm1')\n` +
  `${read}\ntry {\n${work}\n}\ncatch {\n${fail}\n}\n${write}\n`

/** As far as a task script needs it. */
const shared = `${preamble}
function Read-AtlasInput {
  param([Parameter(Mandatory = $true)] [string] $Kind)
  $Kind
}
function Write-AtlasDocument {
  param($Request, $Result)
  $Request, $Result
}
function Write-AtlasFailure {
  param($Request, $ErrorRecord)
  $Request, $ErrorRecord
}
Export-ModuleMember -Function '*-Atlas*'
`
const checkTask = (text: string, module = shared) =>
  checkScripts(
    [
      { file: 'agent/tasks/scan/scan.ps1', text },
      { file: 'agent/powershell/Atlas.psm1', text: module },
    ],
    { contracts, programs },
  )

const plantedTasks: readonly (readonly [string, string])[] = [
  ['no document', taskScript({ ...end, write: '' })],
  ['two documents', taskScript({ ...end, write: `${end.write}\n${end.write}` })],
  ['a document in its try', taskScript({ ...end, work: `${end.work}\n  ${end.write}` })],
  ['something after its document', taskScript({ ...end, write: `${end.write}\n$done = 1` })],
  ['input of another kind', taskScript({ ...end, read: "$request = Read-AtlasInput -Kind 'probe'" })],
  ['a failure that nobody is told', taskScript({ ...end, fail: "  throw 'no'" })],
  ['a failure with another exit code', taskScript({ ...end, fail: end.fail.replace('exit 0', 'exit 1') })],
  ['text beside its document', taskScript({ ...end, read: `${end.read}\n'reading'` })],
  ['an answer beside its document', taskScript({ ...end, read: `${end.read}\nGet-Date` })],
]

describe('the contract check of PowerShell scripts', () => {
  it('finds nothing wrong with a script that keeps to its contracts', async () => {
    const file = join(import.meta.dirname, '../../fixtures/powershell/good.ps1')
    const text = readFileSync(file, 'utf8')
    const loaded = { file: join(file, '../Atlas.ps1'), text: preamble }
    expect(await checkScripts([{ file, text }, loaded], { contracts, programs })).toEqual([])
  })

  it.each(planted)('finds %s', async (_, text, rule) => {
    expect([...new Set((await check(text)).map((finding) => finding.rule))]).toEqual([rule])
  })

  it('wants strict mode and errors that stop', async () => {
    const found = await checkScripts([{ file: 'a.ps1', text: 'Get-Date' }], { contracts, programs })
    expect(found.map(({ rule }) => rule)).toEqual(['preamble', 'preamble'])
  })

  it('lets one script call what another one defines', async () => {
    const loads = ". (Join-Path -Path $PSScriptRoot -ChildPath '0.ps1')\n"
    const defines = 'function Get-It {\n  param([string] $Name)\n}\n'
    expect(await check(defines, `${loads}Get-It -Name 'x'`)).toEqual([])
    expect(rulesOf(await check(defines, "Get-It -Name 'x'"))).toEqual(['unknownCommand', 'unused'])
  })

  it('finds nothing wrong with a task that reads once and answers once', async () => {
    expect(await checkTask(taskScript(end))).toEqual([])
  })

  it.each(plantedTasks)('finds in a task %s', async (_, text) => {
    expect(rulesOf(await checkTask(text))).toContain('structure')
  })

  it.each([
    ['without its exports', 'Read-AtlasInput', shared.replace(/Export-ModuleMember.*/, '')],
    ['whose function shadows a command', 'Read-Host', shared],
    ['whose function would be warned of', 'Fetch-AtlasInput', shared],
  ])('finds a module %s', async (_, reader, module) => {
    const called = (text: string) => text.replaceAll('Read-AtlasInput', reader)
    const found = (await checkTask(called(taskScript(end)), called(module))).filter(({ file }) =>
      file.endsWith('.psm1'),
    )
    expect(rulesOf(found)).toEqual(['structure'])
  })

  it('lets a listed program be started by its full path', async () => {
    const path = "Join-Path -Path $env:SystemRoot -ChildPath 'System32\\shutdown.exe'"
    expect(await check(`$shutdownExe = ${path}\n& $shutdownExe /r`)).toEqual([])
  })

  it('says what is loaded and is not there', async () => {
    const [found] = await check(". (Join-Path -Path $PSScriptRoot -ChildPath 'nowhere.ps1')")
    expect(found).toMatchObject({ rule: 'structure', line: 3, message: 'there is no nowhere.ps1 to load' })
  })

  it('finds a task that loads what its hash does not cover', async () => {
    const loads = ". (Join-Path -Path $PSScriptRoot -ChildPath '..\\drain\\part.ps1')"
    const found = await checkScripts(
      [
        { file: 'agent/tasks/scan/scan.ps1', text: taskScript({ ...end, read: `${loads}\n${end.read}` }) },
        { file: 'agent/tasks/drain/part.ps1', text: preamble },
        { file: 'agent/powershell/Atlas.psm1', text: shared },
      ],
      { contracts, programs },
    )
    expect(found.map(({ message }) => message)).toEqual([
      'agent/tasks/drain/part.ps1 is loaded without its hash being checked',
    ])
  })

  it('knows what a function of its own answers', async () => {
    const defines =
      "function Find-It {\n  [OutputType('IUpdate')]\n  param([string] $Name)\n  $Name\n}\n" +
      "foreach ($update in Find-It -Name 'x') { "
    expect(await check(`${defines}$update.Title }`)).toEqual([])
    expect(rulesOf(await check(`${defines}$update.Kb }`))).toEqual(['unknownMember'])
  })

  it('learns what a function is called with, through several, unless calls differ', async () => {
    const show = 'function Show-It {\n  param($Vm)\n  $Vm.Healthy\n}\n'
    const pass = 'function Pass-It {\n  param($Guest)\n  Show-It -Vm $Guest\n}\n'
    const calls = 'foreach ($one in Get-VM) { Pass-It -Guest $one }\n'
    expect(rulesOf(await check(show + pass + calls))).toEqual(['unknownMember'])
    expect(await check(`${show}${pass}${calls}Show-It -Vm (Get-Date)`)).toEqual([])
  })

  it('learns what a function ends with, unless its returns differ', async () => {
    const find = 'function Find-It {\n  if ($x) { return $null }\n  $all = @(Get-VM)\n  $all[0]\n}\n'
    expect(rulesOf(await check(`${find}$it = Find-It\n$it.Healthy`))).toEqual(['unknownMember'])
    const other = find.replace('return $null', 'return Get-Date')
    expect(await check(`${other}$it = Find-It\n$it.Healthy`)).toEqual([])
  })

  it('says file and line', async () => {
    const [found] = await check("Get-VM\nGet-VM -Nmae 'x'")
    expect(found).toMatchObject({ file: '0.ps1', line: 4 })
  })
})
