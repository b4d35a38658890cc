Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'services.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'probes.ps1')

# Services first: what starts late gets the time to, and everything after sees the machine as it stays.
function Get-Verification {
  param([Parameter(Mandatory = $true)] $Request)
  $wanted = @(Get-AtlasParam -Request $Request -Name 'updates')
  $services = Wait-Service
  Write-AtlasProgress -Percent 60 -Text 'Probing'
  $probes = @(Get-ProbeResult -Probes @(Get-AtlasParam -Request $Request -Name 'probes' -Default @()))
  $booted = Get-AtlasBootTime
  $events = @(Get-SystemEvent -Since $booted)
  Write-AtlasProgress -Percent 70 -Text 'Searching for updates'
  $offered = @(Find-AtlasUpdate | ForEach-Object { $_.Identity.UpdateID })
  $result = [ordered]@{
    build         = Get-AtlasBuild
    bootedAt      = ConvertTo-AtlasTime -Time $booted
    pendingReboot = @(Get-AtlasPendingReboot)
    stillOffered  = @($wanted | Where-Object { $offered -contains $_ })
    servicesDown  = $services.Down
    events        = $events
    probes        = $probes
    stable        = $services.Stable
  }
  Complete-Update -Result $result
  $result
}

# Proven: the baseline may be taken anew before the next update, and BitLocker protects again.
function Complete-Update {
  param([Parameter(Mandatory = $true)] $Result)
  $due = @($Result.pendingReboot | Where-Object { $_.cause -ne 'fileRename' })
  $failed = @($Result.probes | Where-Object { -not $_.ok })
  if (-not $Result.stable -or $Result.servicesDown.Count + $failed.Count + $due.Count -gt 0) { return }
  $baseline = Read-AtlasState -Name 'services'
  if ($null -ne $baseline) {
    $baseline.proven = $true
    Save-AtlasState -Name 'services' -Value $baseline
  }
  $kept = Read-AtlasState -Name 'bitLocker'
  if ($null -eq $kept -or -not (Test-AtlasCommand -Name 'Resume-BitLocker')) { return }
  foreach ($mountPoint in $kept.mountPoints) { [void] (Resume-BitLocker -MountPoint $mountPoint) }
  Clear-AtlasState -Name 'bitLocker'
}

# Critical and error events since the boot, counted. Get-WinEvent takes "none" for an error; its id isn't translated.
function Get-SystemEvent {
  param([Parameter(Mandatory = $true)] [DateTime] $Since)
  try {
    $filter = @{ LogName = 'System'; Level = 1, 2; StartTime = $Since }
    $found = @(Get-WinEvent -FilterHashtable $filter -MaxEvents 500)
  }
  catch {
    if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw }
    return
  }
  $groups = $found | Group-Object -Property @('ProviderName', 'Id') | Sort-Object -Property Count -Descending
  foreach ($group in $groups | Select-Object -First 20) {
    $newest = $group.Group[0]
    [ordered]@{
      provider = $newest.ProviderName
      id       = $newest.Id
      count    = $group.Count
      newest   = Limit-AtlasText -Text ([string] $newest.Message) -Length 500
    }
  }
}

$request = Read-AtlasInput -Kind 'verify'
try {
  $result = Get-Verification -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
