# The part of `inspect` about another server's backups, asked on the backup server: its newest restore point,
# and the jobs that have it in them. Loaded by inspect.ps1.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Veeam.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HeldJobs.psm1')

# Windows Server Backup knows this machine, and guests of this host by their names among a backup's applications.
function Get-ServerBackupTime {
  param([Parameter(Mandatory = $true)] [string] $Target)
  $own = @($env:COMPUTERNAME, [System.Net.Dns]::GetHostName())
  $isOwn = $own -contains $Target.Split('.')[0]
  foreach ($set in @(Get-WBBackupSet)) {
    $time = Get-AtlasProperty -Of $set -Name 'BackupTime'
    if ($null -ne $time -and ($isOwn -or (Test-InBackupSet -Set $set -Target $Target))) { $time.ToUniversalTime() }
  }
}

function Test-InBackupSet {
  param([Parameter(Mandatory = $true)] $Set, [Parameter(Mandatory = $true)] [string] $Target)
  foreach ($application in @(Get-AtlasProperty -Of $Set -Name 'Application' | Where-Object { $null -ne $_ })) {
    foreach ($component in @(Get-AtlasProperty -Of $application -Name 'Component' | Where-Object { $null -ne $_ })) {
      $name = Get-AtlasProperty -Of $component -Name 'ComponentName'
      if ($null -eq $name) { $name = [string]$component }
      if ($name -eq $Target -or $name -eq $Target.Split('.')[0]) { return $true }
    }
  }
  $false
}

# A job that ATLAS holds is disabled and comes back: nobody else wants it so.
function Get-JobWithHold {
  param([Parameter(Mandatory = $true)] $Job, [Parameter(Mandatory = $true)] $Held)
  $shown = [ordered]@{
    id      = $Job.id
    name    = $Job.name
    enabled = $Job.enabled
    running = $Job.running
    held    = $Held.ContainsKey($Job.id) -and @($Held[$Job.id].holders).Count -gt 0
  }
  $next = $Job.PSObject.Properties['nextRunAt']
  if ($null -ne $next) { $shown.nextRunAt = $next.Value }
  $shown
}

function Get-AtlasBackup {
  param([Parameter(Mandatory = $true)] [string] $Target)
  Assert-AtlasTarget -Target $Target
  $found = [ordered]@{ what = 'backup'; target = $Target; source = 'none'; newestRestorePointAt = $null; jobs = $null }
  $veeam = Find-AtlasVeeam
  if ($null -ne $veeam) {
    $answer = Invoke-AtlasVeeam -Veeam $veeam -Ask 'look' -Target $Target
    $found.source = 'veeam'
    $found.newestRestorePointAt = $answer.newest
    $held = Read-AtlasHeldJob
    $found.jobs = @($answer.jobs | ForEach-Object { Get-JobWithHold -Job $_ -Held $held })
    if ($null -ne $answer.newest) { return $found }
  }
  if (Test-AtlasCommand -Name 'Get-WBBackupSet') {
    $newest = @(Get-ServerBackupTime -Target $Target | Sort-Object -Descending | Select-Object -First 1)
    if ($null -eq $veeam -or $newest.Count -gt 0) { $found.source = 'windowsServerBackup' }
    if ($newest.Count -gt 0) { $found.newestRestorePointAt = ConvertTo-AtlasTime -Time $newest[0] }
  }
  $found
}
