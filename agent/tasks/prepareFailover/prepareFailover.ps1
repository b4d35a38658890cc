# On the primary host: the last changes of a guest that is off are sent, and the guest can't be started here
# any more [PreparedForFailover]. Everything that would stop the way back is looked at before.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

function Assert-Preparable {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] $Replica
  )
  if ($Replica.state -ne 'Replicating') {
    throw (New-AtlasFailure -Code 'hyperV.replicationState' -Message "$($Guest.Name) is $($Replica.state)")
  }
  if ($Replica.health -ne 'Normal') {
    $why = "Replication of $($Guest.Name) is $($Replica.health)"
    throw (New-AtlasFailure -Code 'hyperV.replicationHealth' -Message $why)
  }
  if ($Replica.power -ne 'Off') {
    throw (New-AtlasFailure -Code 'hyperV.guestNotOff' -Message "$($Guest.Name) is $($Replica.power)")
  }
  Assert-WayBack -ReplicaServer $Replica.replicaServer
  $relationship = Get-AtlasRelationship -Guest $Guest
  $connection = @{
    Server         = $relationship.ReplicaServerName
    Port           = $relationship.ReplicaServerPort
    Authentication = $relationship.AuthenticationType.ToString()
    Thumbprint     = [string]$relationship.CertificateThumbprint
  }
  Test-AtlasConnection @connection
}

# After the failover this host is the replica: it must take what the other one sends.
function Assert-WayBack {
  param([Parameter(Mandatory = $true)] [string] $ReplicaServer)
  $server = Get-VMReplicationServer
  if (-not $server.ReplicationEnabled) {
    $why = 'This host is no replica server: the way back is closed'
    throw (New-AtlasFailure -Code 'hyperV.reverseNotAccepted' -Message $why)
  }
  if ($server.ReplicationAllowedFromAnyServer) { return }
  foreach ($entry in @(Get-VMReplicationAuthorizationEntry)) {
    if ($ReplicaServer -like $entry.AllowedPrimaryServer) { return }
  }
  $why = "This host takes no replication from $ReplicaServer"
  throw (New-AtlasFailure -Code 'hyperV.reverseNotAccepted' -Message $why)
}

$request = Read-AtlasInput -Kind 'prepareFailover'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  $replica = Assert-AtlasFailoverPossible -Guest $guest
  if ($replica.mode -ne 'Primary') {
    throw (New-AtlasFailure -Code 'hyperV.notPrimary' -Message "$($guest.Name) is $($replica.mode) here")
  }
  if ($replica.state -ne 'PreparedForFailover') {
    Assert-Preparable -Guest $guest -Replica $replica
    Write-AtlasProgress -Percent 20 -Text "The last changes of $($guest.Name) are sent"
    try {
      Start-VMFailover -VM $guest -Prepare -Confirm:$false
    }
    catch {
      throw (New-AtlasFailure -Code 'hyperV.prepareFailed' -Message $_.Exception.Message)
    }
    $replica = Wait-AtlasReplicaState -Guest $guest -State 'PreparedForFailover'
  }
  if ($replica.state -ne 'PreparedForFailover') {
    throw (New-AtlasFailure -Code 'hyperV.prepareFailed' -Message "$($guest.Name) is $($replica.state)")
  }
  $result = $replica
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
