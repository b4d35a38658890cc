# Backup software, on the server that it runs on. Jobs around a target are held only when the user named one.
# Loaded by verify.ps1.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Lab.psm1')

function Test-AtlasLabBackup {
  param([AllowEmptyString()] [string] $Target)
  $hasVeeam = $null -ne (Get-Service -Name 'VeeamBackupSvc' -ErrorAction Ignore)
  $name = $Target
  if ([string]::IsNullOrEmpty($name)) { $name = $env:COMPUTERNAME }
  $looked = Invoke-AtlasLabTask -Kind 'inspect' -Params @{ what = 'backup'; target = $name } -TimeoutMs 900000
  $source = [string](Get-AtlasLabField -Run $looked -Name 'source')
  Confirm-AtlasLabSuccess -Id 'inspect.backup' -Run $looked -Holds ($hasVeeam -eq ($source -eq 'veeam') -or $source -eq 'windowsServerBackup') -Why "Its source is $source"
  if (-not $hasVeeam) {
    $held = Invoke-AtlasLabTask -Kind 'holdJobs' -Params @{ target = $name; waitMinutes = 0 }
    Confirm-AtlasLabRefusal -Id 'holdJobs.refusesWithoutVeeam' -Run $held -Code 'backup.nothingToHold'
    $released = Invoke-AtlasLabTask -Kind 'releaseJobs' -Params @{ target = $name; jobs = @() }
    Confirm-AtlasLabRefusal -Id 'releaseJobs.refusesWithoutVeeam' -Run $released -Code 'backup.nothingToHold'
  }
  elseif ([string]::IsNullOrEmpty($Target)) {
    foreach ($kind in @('holdJobs', 'releaseJobs')) {
      Add-AtlasLabGap -Id "$kind.veeam" -Why 'No target was named whose jobs may be held: -BackupTarget'
    }
  }
  else { Test-AtlasLabHeldJob -Target $Target -Before @(Get-AtlasLabField -Run $looked -Name 'jobs') }
}

function Get-AtlasLabEnabled {
  param([Parameter(Mandatory = $true)] [string] $Target)
  $run = Invoke-AtlasLabTask -Kind 'inspect' -Params @{ what = 'backup'; target = $Target } -TimeoutMs 900000
  $jobs = @(Get-AtlasLabField -Run $run -Name 'jobs' | Where-Object { $null -ne $_ -and $_.enabled })
  ($jobs | ForEach-Object { $_.id } | Sort-Object) -join ' '
}

function Test-AtlasLabHeldJob {
  param([Parameter(Mandatory = $true)] [string] $Target, [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [AllowNull()] [object[]] $Before)
  $enabled = @($Before | Where-Object { $null -ne $_ -and $_.enabled } | ForEach-Object { $_.id } | Sort-Object) -join ' '
  Add-AtlasLabContract -Id 'inspect.jobsOfTarget' -Holds ($enabled -ne '') -Why "No enabled job has $Target in it"
  $asked = @{ target = $Target; waitMinutes = 0 }
  try {
    foreach ($id in @('holdJobs.veeam', 'holdJobs.again')) {
      $held = Invoke-AtlasLabTask -Kind 'holdJobs' -Params $asked -TimeoutMs 1800000
      $ids = @(Get-AtlasLabField -Run $held -Name 'held' | Where-Object { $null -ne $_ } | ForEach-Object { $_.id } | Sort-Object) -join ' '
      Confirm-AtlasLabSuccess -Id $id -Run $held -Holds ($ids -eq $enabled) -Why "Held: $ids. Enabled before: $enabled"
    }
    $during = Get-AtlasLabEnabled -Target $Target
    Add-AtlasLabContract -Id 'holdJobs.disabled' -Holds ($during -eq '') -Why "Still enabled: $during"
  }
  finally {
    foreach ($id in @('releaseJobs.veeam', 'releaseJobs.again')) {
      $released = Invoke-AtlasLabTask -Kind 'releaseJobs' -Params @{ target = $Target; jobs = @($enabled -split ' ' | Where-Object { $_ -ne '' }) } -TimeoutMs 1800000
      Confirm-AtlasLabSuccess -Id $id -Run $released
    }
    $after = Get-AtlasLabEnabled -Target $Target
    Add-AtlasLabContract -Id 'releaseJobs.asBefore' -Holds ($after -eq $enabled) -Why "Enabled: $after. Before: $enabled"
    if ($after -ne $enabled) { Add-AtlasLabLeftover -Text "Backup jobs around $Target are not as they were: enabled before were $enabled" }
  }
}
