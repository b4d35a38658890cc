# A ProductionOnly checkpoint of one guest, under ATLAS's name. Asked again it answers with the one it made.
# Room wanted on each volume that holds its disks: a quarter of their files' size there, 20 GiB at least, never
# more than they could grow to; a night's update writes less, and a merge needs what was written.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

$gibibyte = 1024 * 1024 * 1024

function Assert-CheckpointPossible {
  param([Parameter(Mandatory = $true)] $Guest)
  $state = $Guest.State.ToString()
  if (@('Running', 'Off') -notcontains $state) {
    throw (New-AtlasFailure -Code 'hyperV.guestState' -Message "$($Guest.Name) is $state")
  }
  if ($Guest.CheckpointType.ToString() -eq 'Disabled') {
    $why = "Somebody disabled checkpoints of $($Guest.Name)"
    throw (New-AtlasFailure -Code 'hyperV.checkpointsDisabled' -Message $why)
  }
  if (@('Replica', 'TestReplica', 'ExtendedReplica') -contains $Guest.ReplicationMode.ToString()) {
    throw (New-AtlasFailure -Code 'hyperV.guestIsReplica' -Message "$($Guest.Name) is a replica here")
  }
  $count = @(Get-VMSnapshot -VM $Guest).Count
  if ($count -ge 50) {
    throw (New-AtlasFailure -Code 'hyperV.tooManyCheckpoints' -Message "$($Guest.Name) has $count checkpoints already")
  }
  Assert-DiskSupported -Guest $Guest
  Assert-DiskSpace -Guest $Guest
}

function Assert-DiskSupported {
  param([Parameter(Mandatory = $true)] $Guest)
  $drives = @(Get-VMHardDiskDrive -VM $Guest)
  if ($drives.Count -eq 0) {
    $why = "$($Guest.Name) has no virtual disk: a checkpoint would hold nothing"
    throw (New-AtlasFailure -Code 'hyperV.noDisk' -Message $why)
  }
  foreach ($drive in $drives) {
    if ($null -ne $drive.DiskNumber -or $drive.Path -notmatch '\.(a?vhdx?|vhds)$') {
      $why = "$($Guest.Name) has a pass-through disk at $($drive.ControllerType) $($drive.ControllerNumber):$($drive.ControllerLocation)"
      throw (New-AtlasFailure -Code 'hyperV.passThroughDisk' -Message $why)
    }
    if ($drive.SupportPersistentReservations -eq $true -or $drive.Path -match '\.vhds$') {
      $why = "$($Guest.Name) shares $($drive.Path) with other machines"
      throw (New-AtlasFailure -Code 'hyperV.sharedDisk' -Message $why)
    }
  }
}

function Assert-DiskSpace {
  param([Parameter(Mandatory = $true)] $Guest)
  $volumes = @{}
  foreach ($drive in @(Get-VMHardDiskDrive -VM $Guest)) {
    $volume = Get-AtlasVolumeOf -Path $drive.Path
    if (-not $volumes.ContainsKey($volume.id)) {
      $volumes[$volume.id] = @{ freeBytes = $volume.freeBytes; fileBytes = [long]0; fullBytes = [long]0 }
    }
    $sums = $volumes[$volume.id]
    $chain = @(Get-AtlasDiskChain -Path $drive.Path)
    foreach ($disk in $chain) { $sums.fileBytes += [long]$disk.FileSize }
    $sums.fullBytes += [long]$chain[0].Size
  }
  foreach ($sums in $volumes.Values) {
    $wanted = [math]::Min($sums.fullBytes, [math]::Max([long](20 * $gibibyte), [long]($sums.fileBytes / 4)))
    if ($sums.freeBytes -lt $wanted) {
      $why = "$([math]::Floor($sums.freeBytes / $gibibyte)) GiB are free for the disks of $($Guest.Name), $([math]::Ceiling($wanted / $gibibyte)) GiB are wanted"
      throw (New-AtlasFailure -Code 'hyperV.diskSpaceLow' -Message $why)
    }
  }
}

# Production would fall back to Standard without a word; ProductionOnly fails instead. The guest's own setting
# is noted before and put back after, whatever happens.
function New-OwnCheckpoint {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] [string] $Name
  )
  if ($Guest.CheckpointType.ToString() -ne 'ProductionOnly') {
    Save-AtlasCheckpointType -Guest $Guest
    Set-VM -VM $Guest -CheckpointType 'ProductionOnly'
  }
  try {
    Checkpoint-VM -VM $Guest -SnapshotName $Name
  }
  catch {
    throw (New-AtlasFailure -Code 'hyperV.checkpointFailed' -Message $_.Exception.Message)
  }
  finally {
    Restore-AtlasCheckpointType -Guest $Guest
  }
}

$request = Read-AtlasInput -Kind 'checkpoint'
try {
  Import-AtlasHyperV
  $name = $request.params.name
  $guest = Get-AtlasGuest -Name $request.params.vm
  Wait-AtlasGuestIdle -Guest $guest
  Restore-AtlasCheckpointType -Guest $guest
  $made = @(Get-AtlasOwnCheckpoint -Guest $guest -Name $name)
  $guest = Get-AtlasGuestAgain -Guest $guest
  if ($made.Count -eq 0) {
    Assert-CheckpointPossible -Guest $guest
    Write-AtlasProgress -Percent 20 -Text "Checkpoint of $($guest.Name)"
    New-OwnCheckpoint -Guest $guest -Name $name
    Wait-AtlasGuestIdle -Guest $guest
    $made = @(Get-AtlasOwnCheckpoint -Guest $guest -Name $name)
  }
  if ($made.Count -ne 1) {
    throw (New-AtlasFailure -Code 'hyperV.checkpointUnusable' -Message "$($made.Count) checkpoints are named $name")
  }
  # A machine's memory is saved by a Standard checkpoint alone: that is what Production falls back to.
  $state = $made[0].State.ToString()
  if ($state -ne 'Off') {
    Remove-VMSnapshot -VMSnapshot $made[0]
    $why = "It was made with the guest's memory ($state), so it is no production checkpoint; it is removed"
    throw (New-AtlasFailure -Code 'hyperV.checkpointFellBack' -Message $why)
  }
  $type = 'Production'
  if ($guest.State.ToString() -eq 'Off') { $type = 'Offline' }
  $result = [ordered]@{
    name         = $name
    checkpointId = $made[0].Id.ToString()
    createdAt    = ConvertTo-AtlasTime -Time $made[0].CreationTime
    type         = $type
  }
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
