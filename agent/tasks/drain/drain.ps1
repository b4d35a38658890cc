Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\SessionHost.psm1')

function Close-SessionHost {
  param([Parameter(Mandatory = $true)] $Request)
  $broker = Set-AtlasNewConnection -Allowed $false
  $remaining = @(Get-AtlasUserSession)
  if ($remaining.Count -gt 0) { Send-Notice -Text (Get-AtlasParam -Request $Request -Name 'notice') }
  $remaining = @(Wait-Session -Minutes (Get-AtlasParam -Request $Request -Name 'waitMinutes'))
  if (Get-AtlasParam -Request $Request -Name 'forceLogoff') {
    foreach ($session in $remaining) { Exit-Session -Session $session }
    $remaining = @(Wait-Session -Minutes 2)
  }
  [ordered]@{ connectionBroker = $broker; newConnections = 'refused'; remaining = $remaining.Count }
}

# Ids of those that are there still when the time is over, or none.
function Wait-Session {
  param([Parameter(Mandatory = $true)] [int] $Minutes)
  $until = [DateTime]::UtcNow.AddMinutes($Minutes)
  while ($true) {
    $here = @(Get-AtlasUserSession)
    $left = ($until - [DateTime]::UtcNow).TotalSeconds
    if ($here.Count -eq 0 -or $left -le 0 -or (Get-AtlasTimeLeft) -lt 60000) { return $here }
    Write-AtlasProgress -Percent 50 -Text "Sessions still there: $($here.Count)"
    Start-Sleep -Seconds 15
  }
}

# Programs of Windows whose arguments are fixed; what they print is in the machine's language and not read.
function Send-Notice {
  param([Parameter(Mandatory = $true)] [string] $Text)
  $msgExe = Join-Path -Path $env:SystemRoot -ChildPath 'System32\msg.exe'
  [void] (& $msgExe '*' '/time:3600' ($Text -replace '["\\]', ' '))
}

function Exit-Session {
  param([Parameter(Mandatory = $true)] [int] $Session)
  $logoffExe = Join-Path -Path $env:SystemRoot -ChildPath 'System32\logoff.exe'
  [void] (& $logoffExe $Session)
}

$request = Read-AtlasInput -Kind 'drain'
try {
  $result = Close-SessionHost -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
