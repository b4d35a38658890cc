# On the backup server: jobs that were held for one server are enabled again, once nobody else holds them. Asked
# again it changes nothing: what was let go before and disabled by somebody since stays disabled.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Veeam.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HeldJobs.psm1')

function Enable-Around {
  param(
    [Parameter(Mandatory = $true)] $Veeam,
    [Parameter(Mandatory = $true)] [string] $Target,
    [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [string[]] $Asked
  )
  $held = Read-AtlasHeldJob
  # Also what was held for it in a run whose answer never arrived.
  $ours = @($held.Values | Where-Object { $_.holders -contains $Target } | ForEach-Object { $_.id })
  # Nothing is written of it: the state was lost, and the server knows that it was held.
  $unwritten = @($Asked | Where-Object { -not $held.ContainsKey($_) })
  $free = @($ours | Where-Object { @($held[$_].holders).Count -eq 1 }) + $unwritten
  $now = @()
  if ($free.Count -gt 0) { $now = @((Invoke-AtlasVeeam -Veeam $Veeam -Ask 'enable' -Jobs $free).jobs) }
  $disabled = @($now | Where-Object { -not $_.enabled } | ForEach-Object { $_.name })
  if ($disabled.Count -gt 0) {
    throw (New-AtlasFailure -Code 'backup.notReleased' -Message "Still disabled: $($disabled -join ', ')")
  }
  foreach ($id in $ours) {
    $held[$id].holders = @($held[$id].holders | Where-Object { $_ -ne $Target })
    if (@($held[$id].holders).Count -eq 0) { $held[$id].releasedAt = ConvertTo-AtlasTime -Time ([DateTime]::UtcNow) }
  }
  Save-AtlasHeldJob -Held $held
  $wanted = @(@($ours) + @($Asked) | Sort-Object -Unique)
  if ($wanted.Count -gt 0) { (Invoke-AtlasVeeam -Veeam $Veeam -Ask 'state' -Jobs $wanted).jobs }
}

$request = Read-AtlasInput -Kind 'releaseJobs'
try {
  $target = $request.params.target
  Assert-AtlasTarget -Target $target
  $asked = @($request.params.jobs)
  $veeam = Find-AtlasVeeam
  if ($null -eq $veeam) {
    throw (New-AtlasFailure -Code 'backup.nothingToHold' -Message 'No Veeam server here: nothing that could be released')
  }
  $lock = Enter-AtlasState -Name 'heldJobs' -Seconds 600
  try { $jobs = @(Enable-Around -Veeam $veeam -Target $target -Asked $asked) }
  finally { $lock.Dispose() }
  $there = @($jobs | ForEach-Object { $_.id })
  $result = [ordered]@{
    released = @($jobs | ForEach-Object { @{ id = $_.id; name = $_.name } })
    missing  = @($asked | Where-Object { $there -notcontains $_ })
  }
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
