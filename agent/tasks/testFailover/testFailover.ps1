# On the replica host: a test copy beside the replica, on an isolated switch, started, its heartbeat awaited.
# The copy stays for whoever looks at it: cleanUpTestFailover removes it, also after a failure here.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

function New-TestCopy {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] $Replica,
    [Parameter(Mandatory = $true)] [string] $SwitchName
  )
  if (@('Replicating', 'Suspended', 'Error', 'WaitingForStartResynchronize', 'ResynchronizeSuspended') -notcontains $Replica.state) {
    throw (New-AtlasFailure -Code 'hyperV.replicationState' -Message "$($Guest.Name) is $($Replica.state)")
  }
  $switches = @(Get-VMSwitch | Where-Object { $_.Name -eq $SwitchName })
  if ($switches.Count -ne 1) {
    throw (New-AtlasFailure -Code 'hyperV.switchNotFound' -Message "$($switches.Count) switches are named $SwitchName")
  }
  if ($switches[0].SwitchType.ToString() -eq 'External') {
    $why = "$SwitchName reaches the network: two machines of one name would answer"
    throw (New-AtlasFailure -Code 'hyperV.switchNotIsolated' -Message $why)
  }
  Set-VMNetworkAdapter -VM $Guest -TestReplicaSwitchName $SwitchName
  Write-AtlasProgress -Percent 20 -Text "A test copy of $($Guest.Name) is made"
  try {
    Start-VMFailover -VM $Guest -AsTest -Confirm:$false
  }
  catch {
    throw (New-AtlasFailure -Code 'hyperV.testFailoverFailed' -Message $_.Exception.Message)
  }
}

# A copy that an earlier run made, or somebody by hand, may hang on another switch.
function Assert-OnSwitch {
  param(
    [Parameter(Mandatory = $true)] $Copy,
    [Parameter(Mandatory = $true)] [string] $SwitchName
  )
  foreach ($adapter in @(Get-VMNetworkAdapter -VM $Copy)) {
    if (-not [string]::IsNullOrEmpty($adapter.SwitchName) -and $adapter.SwitchName -ne $SwitchName) {
      $why = "$($Copy.Name) is connected to $($adapter.SwitchName)"
      throw (New-AtlasFailure -Code 'hyperV.switchNotIsolated' -Message $why)
    }
  }
}

$request = Read-AtlasInput -Kind 'testFailover'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  if ($guest.IsClustered) {
    throw (New-AtlasFailure -Code 'hyperV.clustered' -Message "$($guest.Name) belongs to a cluster")
  }
  $replica = Get-AtlasReplica -Guest $guest
  if ($replica.mode -ne 'Replica') {
    throw (New-AtlasFailure -Code 'hyperV.notReplica' -Message "$($guest.Name) is $($replica.mode) here")
  }
  if ($null -eq $replica.testVm) {
    New-TestCopy -Guest $guest -Replica $replica -SwitchName $request.params.switchName
  }
  $copy = (Get-AtlasRelationship -Guest $guest).TestVirtualMachine
  if ($null -eq $copy) {
    throw (New-AtlasFailure -Code 'hyperV.testFailoverFailed' -Message "Hyper-V made no test copy of $($guest.Name)")
  }
  Assert-OnSwitch -Copy $copy -SwitchName $request.params.switchName
  $power = Start-AtlasGuest -Guest $copy
  $replica = Get-AtlasReplica -Guest $guest
  $replica['testPower'] = $power
  $result = $replica
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
