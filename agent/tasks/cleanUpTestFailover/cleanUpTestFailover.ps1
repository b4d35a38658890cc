# Ends a test failover by the replica's name: deleting the test copy by hand would leave Hyper-V in the test.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

$request = Read-AtlasInput -Kind 'cleanUpTestFailover'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  $replica = Get-AtlasReplica -Guest $guest
  if ($replica.mode -eq 'TestReplica') {
    throw (New-AtlasFailure -Code 'hyperV.isTestCopy' -Message "$($guest.Name) is a test copy: name its replica")
  }
  if ($null -ne $replica.testVm) {
    Write-AtlasProgress -Percent 30 -Text "$($replica.testVm) is removed"
    try {
      Stop-VMFailover -VM $guest
    }
    catch {
      throw (New-AtlasFailure -Code 'hyperV.testCleanUpFailed' -Message $_.Exception.Message)
    }
    $replica = Get-AtlasReplica -Guest $guest
    while ($null -ne $replica.testVm -and (Test-AtlasTimeLeft)) {
      Start-Sleep -Seconds 5
      $replica = Get-AtlasReplica -Guest $guest
    }
  }
  if ($null -ne $replica.testVm) {
    throw (New-AtlasFailure -Code 'hyperV.testCleanUpFailed' -Message "$($replica.testVm) is still there")
  }
  $result = $replica
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
