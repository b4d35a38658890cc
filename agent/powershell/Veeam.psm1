# Where Veeam Backup & Replication is, and a process beside this one that asks it.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# Null where this is no backup server. The module comes with the console, which a server can lack.
function Find-AtlasVeeam {
  if ($null -eq (Get-Service -Name 'VeeamBackupSvc' -ErrorAction Ignore)) { return $null }
  $manifest = Get-AtlasVeeamManifest
  if ($null -eq $manifest) {
    $why = 'Veeam runs here without its console: the PowerShell module comes with the console'
    throw (New-AtlasFailure -Code 'backup.consoleAbsent' -Message $why)
  }
  $wanted = Get-AtlasWantedVersion -Manifest $manifest
  $engine = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
  if ($wanted.Major -ge 6) { $engine = Get-AtlasPowerShell7 -Wanted $wanted }
  @{ manifest = $manifest; engine = $engine }
}

function Get-AtlasVeeamManifest {
  $inFolder = 'Console\Veeam.Backup.PowerShell\Veeam.Backup.PowerShell.psd1'
  $roots = @(Join-Path -Path $env:ProgramFiles -ChildPath 'Veeam\Backup and Replication')
  $core = Get-AtlasRegistryValue -Path 'HKLM:\SOFTWARE\Veeam\Veeam Backup and Replication' -Name 'CorePath'
  if (-not [string]::IsNullOrEmpty($core)) {
    $folder = $core.TrimEnd('\')
    $roots += Split-Path -Path $folder -Parent
  }
  foreach ($root in $roots) {
    $path = Join-Path -Path $root -ChildPath $inFolder
    if (Test-Path -LiteralPath $path) { return $path }
  }
  $found = @(Get-Module -ListAvailable -Name 'Veeam.Backup.PowerShell')
  if ($found.Count -eq 0) { return $null }
  $found[0].Path
}

# What the module itself asks for: 5.1 up to version 12, 7 with version 13, 7.6 with 13.1. Nothing said is 5.1.
function Get-AtlasWantedVersion {
  param([Parameter(Mandatory = $true)] [string] $Manifest)
  $text = [System.IO.File]::ReadAllText($Manifest)
  $said = [regex]::Match($text, '(?m)^\s*PowerShellVersion\s*=\s*[''"](\d+(?:\.\d+){0,3})[''"]')
  if (-not $said.Success) { return [version]'5.1' }
  $number = $said.Groups[1].Value
  if ($number -notmatch '\.') { $number = "$number.0" }
  [version]$number
}

function Get-AtlasPowerShell7 {
  param([Parameter(Mandatory = $true)] [version] $Wanted)
  $engine = Join-Path -Path $env:ProgramFiles -ChildPath 'PowerShell\7\pwsh.exe'
  if (-not (Test-Path -LiteralPath $engine)) {
    $why = "Veeam's module needs PowerShell $Wanted, which is not installed"
    throw (New-AtlasFailure -Code 'backup.powerShellAbsent' -Message $why)
  }
  $said = [regex]::Match([string](Get-Item -LiteralPath $engine).VersionInfo.ProductVersion, '^\d+\.\d+(\.\d+)?')
  if (-not $said.Success -or [version]$said.Value -lt $Wanted) {
    $why = "Veeam's module needs PowerShell $Wanted, here is $($said.Value)"
    throw (New-AtlasFailure -Code 'backup.powerShellTooOld' -Message $why)
  }
  $engine
}

# One question, one answer. The request goes by an environment variable: standard input belongs to the host there.
function Invoke-AtlasVeeam {
  param(
    [Parameter(Mandatory = $true)] $Veeam,
    [Parameter(Mandatory = $true)] [ValidateSet('look', 'state', 'enable', 'disable')] [string] $Ask,
    [string] $Target = '',
    [AllowEmptyCollection()] [string[]] $Jobs = @()
  )
  $request = @{ ask = $Ask; module = $Veeam.manifest; target = $Target; jobs = @($Jobs) }
  $worker = Join-Path -Path $PSScriptRoot -ChildPath 'veeam.ps1'
  $start = [System.Diagnostics.ProcessStartInfo]::new($Veeam.engine)
  $start.Arguments = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$worker`""
  $start.EnvironmentVariables['ATLAS_VEEAM_REQUEST'] = ConvertTo-Json -InputObject $request -Depth 4 -Compress
  $start.UseShellExecute = $false
  $start.CreateNoWindow = $true
  $start.RedirectStandardInput = $true
  $start.RedirectStandardOutput = $true
  $start.RedirectStandardError = $true
  $process = [System.Diagnostics.Process]::Start($start)
  $process.StandardInput.Close()
  # Both are read while it runs: a full pipe would hold it up.
  $output = $process.StandardOutput.ReadToEndAsync()
  $complaint = $process.StandardError.ReadToEndAsync()
  $patience = [int][math]::Max(1000, [math]::Min(300000, (Get-AtlasTimeLeft) - 15000))
  if (-not $process.WaitForExit($patience)) {
    $process.Kill()
    throw (New-AtlasFailure -Code 'backup.veeamTimedOut' -Message "Veeam's module did not answer within $($patience / 1000) s")
  }
  ConvertFrom-AtlasVeeamAnswer -Text $output.Result -Complaint $complaint.Result
}

# The last line alone: modules greet.
function ConvertFrom-AtlasVeeamAnswer {
  param([AllowEmptyString()] [string] $Text, [AllowEmptyString()] [string] $Complaint)
  $line = @($Text -split "`n" | ForEach-Object { $_.Trim() } | Where-Object { $_.StartsWith('{') })
  if ($line.Count -eq 0) {
    $why = "Veeam's module gave no answer: $(Limit-AtlasText -Text $Complaint -Length 500)"
    throw (New-AtlasFailure -Code 'backup.veeamAnswer' -Message $why)
  }
  $answer = ConvertFrom-Json -InputObject $line[-1]
  if (-not $answer.ok) { throw (New-AtlasFailure -Code $answer.code -Message $answer.message) }
  $answer.result
}

# Names go into patterns of cmdlets: what could widen one is refused.
function Assert-AtlasTarget {
  param([Parameter(Mandatory = $true)] [string] $Target)
  if ($Target -notmatch '^[\p{L}\p{N}_.-]{1,255}$') {
    throw (New-AtlasFailure -Code 'backup.targetName' -Message "$Target is no host name")
  }
}

Export-ModuleMember -Function '*-Atlas*'
