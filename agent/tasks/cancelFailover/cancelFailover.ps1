# Undoes a prepared failover on the primary, or one that waits for completion on the replica, where Hyper-V
# would power a running machine off: it must be off before. After a reversal only another failover leads back.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

function Wait-Cancelled {
  param([Parameter(Mandatory = $true)] $Guest)
  $under = @('PreparedForFailover', 'FailedOverWaitingCompletion')
  $replica = Get-AtlasReplica -Guest $Guest
  while ($under -contains $replica.state -and (Test-AtlasTimeLeft)) {
    Start-Sleep -Seconds 5
    $replica = Get-AtlasReplica -Guest $Guest
  }
  if ($under -contains $replica.state) {
    throw (New-AtlasFailure -Code 'hyperV.cancelFailed' -Message "$($Guest.Name) is still $($replica.state)")
  }
  $replica
}

$request = Read-AtlasInput -Kind 'cancelFailover'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  $replica = Assert-AtlasFailoverPossible -Guest $guest
  $place = "$($replica.mode)/$($replica.state)"
  if (@('Primary/PreparedForFailover', 'Replica/FailedOverWaitingCompletion') -contains $place) {
    if ($replica.power -ne 'Off') {
      $why = "$($guest.Name) is $($replica.power): cancelling would power it off"
      throw (New-AtlasFailure -Code 'hyperV.guestNotOff' -Message $why)
    }
    Write-AtlasProgress -Percent 30 -Text "The failover of $($guest.Name) is cancelled"
    try {
      Stop-VMFailover -VM $guest
    }
    catch {
      throw (New-AtlasFailure -Code 'hyperV.cancelFailed' -Message $_.Exception.Message)
    }
    $replica = Wait-Cancelled -Guest $guest
  }
  elseif (@('PreparedForFailover', 'FailedOver', 'FailedOverWaitingCompletion') -contains $replica.state) {
    $why = "$($guest.Name) is $($replica.mode), $($replica.state): this can't be cancelled"
    throw (New-AtlasFailure -Code 'hyperV.replicationState' -Message $why)
  }
  $result = $replica
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
