# Starts a guest and waits for its heartbeat. Refuses the copy that must stay off while the other one runs.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

$request = Read-AtlasInput -Kind 'startVm'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  $replica = Get-AtlasReplica -Guest $guest
  $mode = $replica.mode
  $state = $replica.state
  if ($mode -eq 'Primary' -and @('PreparedForFailover', 'FailedOver', 'FailedOverWaitingCompletion') -contains $state) {
    $why = "$($guest.Name) is $state here: its copy may run on $($replica.replicaServer)"
    throw (New-AtlasFailure -Code 'hyperV.failedOverElsewhere' -Message $why)
  }
  if (@('Replica', 'ExtendedReplica') -contains $mode -and @('FailedOverWaitingCompletion', 'FailedOver') -notcontains $state) {
    throw (New-AtlasFailure -Code 'hyperV.guestIsReplica' -Message "$($guest.Name) is a replica here ($state)")
  }
  $result = (Start-AtlasGuest -Guest $guest)
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
