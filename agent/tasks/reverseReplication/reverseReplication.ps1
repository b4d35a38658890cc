# On the replica host after a failover: it becomes the primary and replicates back [Primary, Replicating].
# The certificate is named: left out, Hyper-V takes the original relationship's, which is the other host's.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

function Assert-Reversible {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] $Replica,
    [Parameter(Mandatory = $true)] [string] $Towards
  )
  if ($Replica.mode -ne 'Replica' -or $Replica.state -ne 'FailedOverWaitingCompletion') {
    $why = "$($Guest.Name) is $($Replica.mode), $($Replica.state)"
    throw (New-AtlasFailure -Code 'hyperV.replicationState' -Message $why)
  }
  if ($Towards -notmatch '^[^.]+\..+$') {
    $why = "$Towards is no full name: the certificate carries the full one"
    throw (New-AtlasFailure -Code 'hyperV.fullNameWanted' -Message $why)
  }
}

function Get-OwnCertificate {
  param([Parameter(Mandatory = $true)] [string] $Thumbprint)
  $path = "Cert:\LocalMachine\My\$Thumbprint"
  if (-not (Test-Path -LiteralPath $path)) {
    $why = "No certificate $Thumbprint among the machine's own"
    throw (New-AtlasFailure -Code 'hyperV.certificateMissing' -Message $why)
  }
  $certificate = Get-Item -LiteralPath $path
  if (-not $certificate.HasPrivateKey) {
    throw (New-AtlasFailure -Code 'hyperV.certificateMissing' -Message "The private key of $Thumbprint is not here")
  }
  if ($certificate.NotAfter.ToUniversalTime() -lt [DateTime]::UtcNow) {
    $why = "$Thumbprint ended on $($certificate.NotAfter.ToUniversalTime().ToString('o'))"
    throw (New-AtlasFailure -Code 'hyperV.certificateExpired' -Message $why)
  }
  $certificate
}

$request = Read-AtlasInput -Kind 'reverseReplication'
try {
  Import-AtlasHyperV
  $towards = $request.params.replicaServer
  $guest = Get-AtlasGuest -Name $request.params.vm
  $replica = Assert-AtlasFailoverPossible -Guest $guest
  if ($replica.mode -eq 'Primary') {
    if ($replica.replicaServer -ne $towards) {
      $why = "$($guest.Name) replicates to $($replica.replicaServer) already"
      throw (New-AtlasFailure -Code 'hyperV.otherReplicaServer' -Message $why)
    }
  }
  else {
    Assert-Reversible -Guest $guest -Replica $replica -Towards $towards
    $certificate = Get-OwnCertificate -Thumbprint $request.params.thumbprint
    # A reversal keeps the relationship's port: the other host must answer on it.
    $port = (Get-AtlasRelationship -Guest $guest).ReplicaServerPort
    $own = $certificate.Thumbprint
    Test-AtlasConnection -Server $towards -Port $port -Authentication 'Certificate' -Thumbprint $own
    Write-AtlasProgress -Percent 30 -Text "$($guest.Name) will be replicated to $towards"
    try {
      Set-VMReplication -VM $guest -Reverse -ReplicaServerName $towards -AuthenticationType 'Certificate' -CertificateThumbprint $own
    }
    catch {
      throw (New-AtlasFailure -Code 'hyperV.reverseFailed' -Message $_.Exception.Message)
    }
    $replica = Wait-AtlasReplicaState -Guest $guest -State 'Replicating'
  }
  if ($replica.mode -ne 'Primary') {
    $why = "$($guest.Name) is $($replica.mode), $($replica.state)"
    throw (New-AtlasFailure -Code 'hyperV.reverseFailed' -Message $why)
  }
  $result = $replica
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
