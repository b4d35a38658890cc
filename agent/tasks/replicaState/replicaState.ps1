# How a guest is replicated, as this host sees it. Reads only.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

$request = Read-AtlasInput -Kind 'replicaState'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  $result = (Get-AtlasReplica -Guest $guest)
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
