Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\SessionHost.psm1')

function Open-SessionHost {
  param([Parameter(Mandatory = $true)] $Request)
  Write-AtlasProgress -Percent 0 -Text "Taking sessions again for $($Request.commandId)"
  $broker = Set-AtlasNewConnection -Allowed $true
  $remaining = @(Get-AtlasUserSession).Count
  [ordered]@{ connectionBroker = $broker; newConnections = 'allowed'; remaining = $remaining }
}

$request = Read-AtlasInput -Kind 'undrain'
try {
  $result = Open-SessionHost -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
