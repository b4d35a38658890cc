# Runs the agent's own scripts as the agent does, and keeps what they confirm or break.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Schema.psm1')

$script:agentFolder = Split-Path -Path $PSScriptRoot -Parent
$script:contracts = [System.Collections.ArrayList]::new()
$script:shapes = @{}
$script:left = [System.Collections.ArrayList]::new()
$script:log = $null
$script:schemas = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText((Join-Path -Path $PSScriptRoot -ChildPath 'contracts.json')))

# What ran before a restart of the host is taken up again.
function Import-AtlasLabProgress {
  param(
    [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]] $Contracts,
    [AllowEmptyCollection()] [string[]] $Left = @()
  )
  foreach ($one in $Contracts) { [void] $script:contracts.Add($one) }
  foreach ($one in $Left) { [void] $script:left.Add($one) }
}

function Get-AtlasLabSchema {
  $script:schemas
}

function Add-AtlasLabContract {
  param(
    [Parameter(Mandatory = $true)] [string] $Id,
    [Parameter(Mandatory = $true)] [bool] $Holds,
    [AllowEmptyString()] [string] $Why = '',
    [long] $Milliseconds = 0
  )
  $verdict = 'confirmed'
  if (-not $Holds) { $verdict = 'broken' }
  Save-AtlasLabContract -Id $Id -Verdict $verdict -Why $Why -Milliseconds $Milliseconds
}

function Add-AtlasLabGap {
  param([Parameter(Mandatory = $true)] [string] $Id, [Parameter(Mandatory = $true)] [string] $Why)
  Save-AtlasLabContract -Id $Id -Verdict 'notExercised' -Why $Why -Milliseconds 0
}

# The kind of task is the id's first part. What is confirmed needs no reason.
function Save-AtlasLabContract {
  param(
    [Parameter(Mandatory = $true)] [string] $Id,
    [Parameter(Mandatory = $true)] [string] $Verdict,
    [AllowEmptyString()] [string] $Why,
    [long] $Milliseconds
  )
  if ($Verdict -eq 'confirmed') { $Why = '' }
  if ($Why.Length -gt 1000) { $Why = $Why.Substring(0, 1000) }
  $contract = [ordered]@{
    id           = $Id
    kind         = $Id.Split('.')[0]
    verdict      = $Verdict
    why          = $Why
    milliseconds = $Milliseconds
  }
  [void] $script:contracts.Add($contract)
  Write-AtlasLabLine -Text "$($Verdict.PadRight(13)) $Id  $Why"
}

# All that was found, the shape of each kind's documents among them, and a line for each kind that never ran.
function Get-AtlasLabContract {
  foreach ($kind in @($script:shapes.Keys)) {
    $problems = @($script:shapes[$kind])
    Add-AtlasLabContract -Id "$kind.shape" -Holds ($problems.Count -eq 0) -Why ($problems -join '; ')
  }
  $script:shapes = @{}
  foreach ($property in $script:schemas.results.PSObject.Properties) {
    $kind = $property.Name
    if (@($script:contracts | Where-Object { $_.kind -eq $kind }).Count -eq 0) {
      Add-AtlasLabGap -Id "$kind.shape" -Why 'Nothing on this host to try it on: see the README'
    }
  }
  $script:contracts.ToArray()
}

function Add-AtlasLabLeftover {
  param([Parameter(Mandatory = $true)] [string] $Text)
  [void] $script:left.Add($Text)
}

function Get-AtlasLabLeftover {
  $script:left.ToArray()
}

# From here on lines are kept in a file as well: nobody sees what SYSTEM writes.
function Set-AtlasLabLog {
  param([Parameter(Mandatory = $true)] [string] $Path)
  $script:log = $Path
}

function Write-AtlasLabLine {
  param([Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Text)
  $line = "$([DateTime]::UtcNow.ToString('HH:mm:ss')) $Text"
  Write-Host -Object $line
  if ($null -ne $script:log) { [System.IO.File]::AppendAllText($script:log, "$line`r`n") }
}

# One script, started as the agent starts it. Answers `outcome`, `code`, `result`, `milliseconds`.
function Invoke-AtlasLabTask {
  param(
    [Parameter(Mandatory = $true)] [string] $Kind,
    [Parameter(Mandatory = $true)] $Params,
    [int] $TimeoutMs = 120000,
    [string] $CommandId = ([guid]::NewGuid().ToString())
  )
  $asked = [ordered]@{ version = 1; kind = $Kind; commandId = $CommandId; timeoutMs = $TimeoutMs; params = $Params }
  $clock = [System.Diagnostics.Stopwatch]::StartNew()
  $process = Start-AtlasLabProcess -File (Join-Path -Path $script:agentFolder -ChildPath "tasks\$Kind\$Kind.ps1")
  $bytes = [System.Text.UTF8Encoding]::new($false).GetBytes((ConvertTo-Json -InputObject $asked -Depth 8 -Compress))
  $output = [System.IO.MemoryStream]::new()
  $reading = $process.StandardOutput.BaseStream.CopyToAsync($output)
  $complaint = $process.StandardError.ReadToEndAsync()
  $process.StandardInput.BaseStream.Write($bytes, 0, $bytes.Length)
  $process.StandardInput.Close()
  $ended = $process.WaitForExit($TimeoutMs + 120000)
  if (-not $ended) { $process.Kill() }
  [void] $reading.Wait(10000)
  $problems = @()
  if (-not $ended) { $problems += 'it did not end two minutes after its time' }
  elseif ($process.ExitCode -ne 0) { $problems += "it ended with exit code $($process.ExitCode): $($complaint.Result)" }
  $written = $output.ToArray()
  $document = ConvertFrom-AtlasLabOutput -Bytes $written
  if ($document -is [string]) {
    $problems += $document
    $document = $null
  }
  else { $problems += @(Get-AtlasLabShapeProblem -Kind $Kind -CommandId $CommandId -Document $document) }
  if (-not $script:shapes.ContainsKey($Kind)) { $script:shapes[$Kind] = @() }
  $script:shapes[$Kind] = @($script:shapes[$Kind]) + @($problems)
  ConvertTo-AtlasLabRun -Document $document -Milliseconds $clock.ElapsedMilliseconds
}

function Start-AtlasLabProcess {
  param([Parameter(Mandatory = $true)] [string] $File)
  $engine = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
  $start = [System.Diagnostics.ProcessStartInfo]::new($engine)
  $start.Arguments = "-NoLogo -NoProfile -NonInteractive -InputFormat None -ExecutionPolicy Bypass -File `"$File`""
  $start.UseShellExecute = $false
  $start.CreateNoWindow = $true
  $start.RedirectStandardInput = $true
  $start.RedirectStandardOutput = $true
  $start.RedirectStandardError = $true
  [System.Diagnostics.Process]::Start($start)
}

# The document, or a text that says why there is none: it must be one line of UTF-8 without a mark before it.
function ConvertFrom-AtlasLabOutput {
  param([Parameter(Mandatory = $true)] [AllowEmptyCollection()] [byte[]] $Bytes)
  if ($Bytes.Length -eq 0) { return 'it wrote nothing' }
  if ($Bytes[0] -eq 0xEF) { return 'its output begins with a byte order mark' }
  try {
    $text = [System.Text.UTF8Encoding]::new($false, $true).GetString($Bytes)
    ConvertFrom-Json -InputObject $text
  }
  catch { "its output is no single JSON document: $($_.Exception.Message)" }
}

function Get-AtlasLabShapeProblem {
  param(
    [Parameter(Mandatory = $true)] [string] $Kind,
    [Parameter(Mandatory = $true)] [string] $CommandId,
    [Parameter(Mandatory = $true)] $Document
  )
  Test-AtlasLabDocument -Schema $script:schemas.document -Value $Document
  if ($Document.kind -ne $Kind -or $Document.commandId -ne $CommandId) { 'it answers another command' }
  if ($Document.outcome -ne 'succeeded') {
    # A code that no script throws is an error that nobody foresaw.
    if ($Document.error.code -eq 'unexpected') { "it failed unforeseen: $($Document.error.message)" }
    return
  }
  $schema = $script:schemas.results.PSObject.Properties[$Kind].Value
  Test-AtlasLabDocument -Schema $schema -Value $Document.result -At '$.result'
}

function ConvertTo-AtlasLabRun {
  param([AllowNull()] $Document, [long] $Milliseconds)
  $run = @{ outcome = 'none'; code = ''; message = 'no document'; result = $null; milliseconds = $Milliseconds }
  if ($null -eq $Document) { return $run }
  $run.outcome = $Document.outcome
  $run.message = $Document.outcome
  if ($Document.outcome -eq 'succeeded') { $run.result = $Document.result }
  else {
    $run.code = $Document.error.code
    $run.message = "$($Document.error.code): $($Document.error.message)"
  }
  $run
}

# The script must refuse, and say so by this code.
function Confirm-AtlasLabRefusal {
  param([Parameter(Mandatory = $true)] [string] $Id, [Parameter(Mandatory = $true)] $Run, [Parameter(Mandatory = $true)] [string[]] $Code)
  $holds = $Run.outcome -eq 'failed' -and $Code -contains $Run.code
  Add-AtlasLabContract -Id $Id -Holds $holds -Why "$($Code -join ' or ') expected, not $($Run.message)" -Milliseconds $Run.milliseconds
}

# The script must have worked, and `Holds` be true of what it left.
function Confirm-AtlasLabSuccess {
  param([Parameter(Mandatory = $true)] [string] $Id, [Parameter(Mandatory = $true)] $Run, [bool] $Holds = $true, [string] $Why = '')
  $worked = $Run.outcome -eq 'succeeded'
  if (-not $worked) { $Why = $Run.message }
  Add-AtlasLabContract -Id $Id -Holds ($worked -and $Holds) -Why $Why -Milliseconds $Run.milliseconds
}

# A field of a result, or nothing where the script failed.
function Get-AtlasLabField {
  param([Parameter(Mandatory = $true)] $Run, [Parameter(Mandatory = $true)] [string] $Name)
  if ($null -eq $Run.result) { return $null }
  $found = $Run.result.PSObject.Properties[$Name]
  if ($null -eq $found) { $null } else { $found.Value }
}

Export-ModuleMember -Function '*-AtlasLab*'
