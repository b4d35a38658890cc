Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# Who may reach files beside those who may: how the agent finds out, before it uses its key, whether others can read it.

# SYSTEM and the local group of administrators, by their SIDs: their names are others in French.
$trusted = @('S-1-5-18', 'S-1-5-32-544')

function Get-Stranger {
  param([Parameter(Mandatory = $true)] [string] $Path)
  $sid = [System.Security.Principal.SecurityIdentifier]
  $acl = Get-Acl -LiteralPath $Path
  # Whoever owns a file can give themselves every right to it.
  $acl.GetOwner($sid).Value
  foreach ($rule in $acl.GetAccessRules($true, $true, $sid)) {
    if ($rule.AccessControlType.ToString() -eq 'Allow') { $rule.IdentityReference.Value }
  }
}

function Get-Access {
  param([Parameter(Mandatory = $true)] [string[]] $Path)
  foreach ($one in $Path) {
    if (-not (Test-Path -LiteralPath $one)) { continue }
    foreach ($identity in @(Get-Stranger -Path $one | Sort-Object -Unique)) {
      if ($trusted -notcontains $identity) { [ordered]@{ path = $one; sid = $identity } }
    }
  }
}

$request = Read-AtlasInput -Kind 'access'
try {
  $result = @{ others = @(Get-Access -Path @(Get-AtlasParam -Request $request -Name 'paths')) }
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
