# On the backup server: jobs around one server that are enabled become disabled, and sessions that run are waited
# for. What is written down first says which were ours to disable: what somebody disabled before stays so. A job
# can be held for several servers; it comes back when the last one lets go.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Veeam.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HeldJobs.psm1')

function Disable-Around {
  param([Parameter(Mandatory = $true)] $Veeam, [Parameter(Mandatory = $true)] [string] $Target)
  $look = Invoke-AtlasVeeam -Veeam $Veeam -Ask 'look' -Target $Target
  $held = Read-AtlasHeldJob
  foreach ($job in @($look.jobs)) {
    $isOurs = $held.ContainsKey($job.id) -and @($held[$job.id].holders).Count -gt 0
    if (-not $isOurs -and -not $job.enabled) { continue }
    if (-not $isOurs) { $held[$job.id] = @{ id = $job.id; name = $job.name; holders = @(); releasedAt = $null } }
    if ($held[$job.id].holders -notcontains $Target) { $held[$job.id].holders = @($held[$job.id].holders) + $Target }
  }
  Save-AtlasHeldJob -Held $held
  $ours = @($held.Values | Where-Object { $_.holders -contains $Target })
  if ($ours.Count -eq 0) { return }
  $now = @((Invoke-AtlasVeeam -Veeam $Veeam -Ask 'disable' -Jobs @($ours.id)).jobs)
  $enabled = @($now | Where-Object { $_.enabled } | ForEach-Object { $_.name })
  if ($enabled.Count -gt 0) {
    throw (New-AtlasFailure -Code 'backup.notHeld' -Message "Still enabled: $($enabled -join ', ')")
  }
  $now
}

$request = Read-AtlasInput -Kind 'holdJobs'
try {
  $target = $request.params.target
  Assert-AtlasTarget -Target $target
  $veeam = Find-AtlasVeeam
  if ($null -eq $veeam) {
    throw (New-AtlasFailure -Code 'backup.nothingToHold' -Message 'No Veeam server here: nothing that could be held')
  }
  $lock = Enter-AtlasState -Name 'heldJobs' -Seconds 600
  try { $jobs = @(Disable-Around -Veeam $veeam -Target $target) }
  finally { $lock.Dispose() }
  $until = [DateTime]::UtcNow.AddMinutes($request.params.waitMinutes)
  $running = @($jobs | Where-Object { $_.running })
  while ($running.Count -gt 0 -and [DateTime]::UtcNow -lt $until -and (Get-AtlasTimeLeft) -gt 400000) {
    Write-AtlasProgress -Percent 50 -Text "Still running: $(@($running.name) -join ', ')"
    Start-Sleep -Seconds 30
    $jobs = @((Invoke-AtlasVeeam -Veeam $veeam -Ask 'state' -Jobs @($jobs.id)).jobs)
    $running = @($jobs | Where-Object { $_.running })
  }
  $result = [ordered]@{
    held    = @($jobs | ForEach-Object { @{ id = $_.id; name = $_.name } })
    running = @($running | ForEach-Object { @{ id = $_.id; name = $_.name } })
  }
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
