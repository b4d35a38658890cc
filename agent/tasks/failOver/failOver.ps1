# On the replica host: the copy becomes the machine [FailedOverWaitingCompletion]; it is not started here.
# Planned, only a healthy copy that is connected; unplanned, any that has a point to fail over to.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

function Assert-FailoverReady {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] $Replica,
    [Parameter(Mandatory = $true)] [bool] $Planned
  )
  if ($Replica.power -ne 'Off') {
    throw (New-AtlasFailure -Code 'hyperV.guestNotOff' -Message "$($Guest.Name) is $($Replica.power)")
  }
  $pointless = @('Disabled', 'ReadyForInitialReplication', 'InitialReplicationInProgress', 'WaitingForInitialReplication')
  if ($pointless -contains $Replica.state) {
    $why = "$($Guest.Name) has no full copy here ($($Replica.state))"
    throw (New-AtlasFailure -Code 'hyperV.replicationState' -Message $why)
  }
  if (-not $Planned) { return }
  if (@('Replicating', 'PreparedForFailover') -notcontains $Replica.state) {
    throw (New-AtlasFailure -Code 'hyperV.replicationState' -Message "$($Guest.Name) is $($Replica.state)")
  }
  if ($Replica.health -ne 'Normal') {
    $why = "Replication of $($Guest.Name) is $($Replica.health)"
    throw (New-AtlasFailure -Code 'hyperV.replicationHealth' -Message $why)
  }
  $adapters = @(Get-VMNetworkAdapter -VM $Guest)
  $connected = @($adapters | Where-Object { -not [string]::IsNullOrEmpty($_.SwitchName) })
  if ($adapters.Count -gt 0 -and $connected.Count -eq 0) {
    $why = "No network adapter of $($Guest.Name) is connected here"
    throw (New-AtlasFailure -Code 'hyperV.adapterNotConnected' -Message $why)
  }
}

$request = Read-AtlasInput -Kind 'failOver'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  $replica = Assert-AtlasFailoverPossible -Guest $guest
  if ($replica.mode -ne 'Replica') {
    throw (New-AtlasFailure -Code 'hyperV.notReplica' -Message "$($guest.Name) is $($replica.mode) here")
  }
  if ($replica.state -ne 'FailedOverWaitingCompletion') {
    Assert-FailoverReady -Guest $guest -Replica $replica -Planned ([bool]$request.params.planned)
    Write-AtlasProgress -Percent 30 -Text "$($guest.Name) fails over"
    try {
      Start-VMFailover -VM $guest -Confirm:$false
    }
    catch {
      throw (New-AtlasFailure -Code 'hyperV.failoverFailed' -Message $_.Exception.Message)
    }
    $replica = Wait-AtlasReplicaState -Guest $guest -State 'FailedOverWaitingCompletion'
  }
  if ($replica.state -ne 'FailedOverWaitingCompletion') {
    throw (New-AtlasFailure -Code 'hyperV.failoverFailed' -Message "$($guest.Name) is $($replica.state)")
  }
  $result = $replica
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
