# Puts a guest back to ATLAS's own checkpoint, starts it and waits for its heartbeat. A production checkpoint
# boots cold. What was written since is lost: a second run of one command never restores a second time.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

function Restore-OwnCheckpoint {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] [string] $Name,
    [Parameter(Mandatory = $true)] [string] $Note
  )
  $found = @(Get-AtlasOwnCheckpoint -Guest $Guest -Name $Name)
  if ($found.Count -ne 1) {
    $why = "$($found.Count) checkpoints of $($Guest.Name) are named $Name"
    throw (New-AtlasFailure -Code 'hyperV.checkpointNotFound' -Message $why)
  }
  Wait-AtlasGuestIdle -Guest $Guest
  # A checkpoint holds the settings of its moment: ProductionOnly would come back with it.
  Restore-AtlasCheckpointType -Guest $Guest
  Save-AtlasCheckpointType -Guest (Get-AtlasGuestAgain -Guest $Guest)
  Save-AtlasState -Name $Note -Value @{ commandId = $request.commandId; phase = 'restoring'; restoredAt = '' }
  try {
    Restore-VMSnapshot -VMSnapshot $found[0] -Confirm:$false
  }
  catch {
    $why = $_.Exception.Message
    Restore-AtlasCheckpointType -Guest $Guest
    throw (New-AtlasFailure -Code 'hyperV.restoreFailed' -Message $why)
  }
  Wait-AtlasGuestIdle -Guest $Guest
  $restoredAt = ConvertTo-AtlasTime -Time ([DateTime]::UtcNow)
  Save-AtlasState -Name $Note -Value @{ commandId = $request.commandId; phase = 'restored'; restoredAt = $restoredAt }
  $restoredAt
}

$request = Read-AtlasInput -Kind 'restoreCheckpoint'
try {
  Import-AtlasHyperV
  $name = $request.params.name
  $guest = Get-AtlasGuest -Name $request.params.vm
  if (@('Replica', 'TestReplica', 'ExtendedReplica') -contains $guest.ReplicationMode.ToString()) {
    throw (New-AtlasFailure -Code 'hyperV.guestIsReplica' -Message "$($guest.Name) is a replica here")
  }
  $note = "restore-$($guest.Id)"
  $kept = Read-AtlasState -Name $note
  if ($null -ne $kept -and $kept.commandId -eq $request.commandId -and $kept.phase -eq 'restored') {
    $restoredAt = $kept.restoredAt
  }
  else {
    $restoredAt = Restore-OwnCheckpoint -Guest $guest -Name $name -Note $note
  }
  Restore-AtlasCheckpointType -Guest (Get-AtlasGuestAgain -Guest $guest)
  Write-AtlasProgress -Percent 60 -Text "$($guest.Name) is back at $name"
  $power = Start-AtlasGuest -Guest $guest
  $result = [ordered]@{
    name       = $name
    restoredAt = $restoredAt
    state      = $power.state
    heartbeat  = $power.heartbeat
  }
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
