Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'server.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'hyperV.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'patchers.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'clock.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'backup.ps1')

function Get-Inspection {
  param([Parameter(Mandatory = $true)] $Request)
  $what = Get-AtlasParam -Request $Request -Name 'what'
  if ($what -eq 'backup') { return Get-AtlasBackup -Target (Get-AtlasParam -Request $Request -Name 'target') }
  if ($what -ne 'server') {
    throw (New-AtlasFailure -Code 'noCommandForThis' -Message "There is no inspection of $what")
  }
  Save-ServiceBaseline
  Get-Server
}

$request = Read-AtlasInput -Kind 'inspect'
try {
  $result = Get-Inspection -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
