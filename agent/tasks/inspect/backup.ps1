# The part of `inspect` about another server's backups, asked on the backup server: its newest restore point,
# and the jobs that have it in them. Loaded by inspect.ps1.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Veeam.psm1')

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

function Get-AtlasBackup {
  param([Parameter(Mandatory = $true)] [string] $Target)
  Assert-AtlasTarget -Target $Target
  $found = [ordered]@{ what = 'backup'; target = $Target; source = 'none'; newestRestorePointAt = $null; jobs = $null }
  $veeam = Find-AtlasVeeam
  if ($null -ne $veeam) {
    $answer = Invoke-AtlasVeeam -Veeam $veeam -Ask 'look' -Target $Target
    $found.source = 'veeam'
    $found.newestRestorePointAt = $answer.newest
    $found.jobs = @($answer.jobs)
    if ($null -ne $answer.newest) { return $found }
  }
  if (Test-AtlasCommand -Name 'Get-WBBackupSet') {
    $newest = @(Get-ServerBackupTime -Target $Target | Sort-Object -Descending | Select-Object -First 1)
    if ($null -eq $veeam -or $newest.Count -gt 0) { $found.source = 'windowsServerBackup' }
    if ($newest.Count -gt 0) { $found.newestRestorePointAt = ConvertTo-AtlasTime -Time $newest[0] }
  }
  $found
}
