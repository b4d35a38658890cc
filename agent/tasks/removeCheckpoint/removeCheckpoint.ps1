# Removes ATLAS's own checkpoint and waits for the merge, which Hyper-V does by itself afterwards. Asked again
# it waits for what is left of the merge. `merged` is false when the time is up first.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

$gibibyte = 1024 * 1024 * 1024

# A merge writes the differencing file into its parent: a dynamic parent grows by that much at most.
function Assert-MergeSpace {
  param([Parameter(Mandatory = $true)] $Guest)
  foreach ($drive in @(Get-VMHardDiskDrive -VM $Guest)) {
    $chain = @(Get-AtlasDiskChain -Path $drive.Path)
    if ($chain.Count -lt 2) { continue }
    $wanted = [long]0
    for ($at = 0; $at -lt $chain.Count - 1; $at++) {
      $growth = [long]$chain[$at + 1].Size - [long]$chain[$at + 1].FileSize
      $wanted = [math]::Max($wanted, [math]::Min([long]$chain[$at].FileSize, [math]::Max([long]0, $growth)))
    }
    $volume = Get-AtlasVolumeOf -Path $drive.Path
    if ($volume.freeBytes -lt $wanted) {
      $why = "A merge of $($drive.Path) can need $([math]::Ceiling($wanted / $gibibyte)) GiB, $([math]::Floor($volume.freeBytes / $gibibyte)) GiB are free"
      throw (New-AtlasFailure -Code 'hyperV.diskSpaceLow' -Message $why)
    }
  }
}

$request = Read-AtlasInput -Kind 'removeCheckpoint'
try {
  Import-AtlasHyperV
  $name = $request.params.name
  $guest = Get-AtlasGuest -Name $request.params.vm
  $found = @(Get-AtlasOwnCheckpoint -Guest $guest -Name $name)
  foreach ($checkpoint in $found) {
    Wait-AtlasGuestIdle -Guest $guest
    Assert-MergeSpace -Guest $guest
    Write-AtlasProgress -Percent 10 -Text "Removing $name of $($guest.Name)"
    Remove-VMSnapshot -VMSnapshot $checkpoint
  }
  $left = @(Get-AtlasOwnCheckpoint -Guest $guest -Name $name)
  while ($left.Count -gt 0 -and (Test-AtlasTimeLeft)) {
    Start-Sleep -Seconds 2
    $left = @(Get-AtlasOwnCheckpoint -Guest $guest -Name $name)
  }
  if ($left.Count -gt 0) {
    throw (New-AtlasFailure -Code 'hyperV.checkpointNotRemoved' -Message "$name of $($guest.Name) is still there")
  }
  $merging = $true
  while ($merging) {
    $unmerged = @(Get-AtlasUnmergedFile -Guest $guest)
    $merging = $unmerged.Count -gt 0 -or (Test-AtlasGuestBusy -Guest $guest)
    if (-not $merging -or -not (Test-AtlasTimeLeft)) { break }
    Write-AtlasProgress -Percent 50 -Text "$($guest.Name): $($unmerged.Count) differencing files left to merge"
    Start-Sleep -Seconds 10
  }
  $result = [ordered]@{
    name    = $name
    existed = $found.Count -gt 0
    merged  = -not $merging
  }
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
