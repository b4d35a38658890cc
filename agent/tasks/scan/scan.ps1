Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')

function Get-Scan {
  param([Parameter(Mandatory = $true)] $Request)
  Write-AtlasProgress -Percent 0 -Text "Searching for $($Request.commandId)"
  Get-AtlasScan
}

$request = Read-AtlasInput -Kind 'scan'
try {
  $result = Get-Scan -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
