Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# Which boot this is, and when processes began: how a new life of the agent finds out what became of its work.

# Windows starts wininit.exe once a boot. Its start is noted at that moment: setting the clock does not move it,
# as it moves LastBootUpTime.
function Get-BootId {
  $wininit = Get-CimInstance -ClassName Win32_Process -Filter 'Name = "wininit.exe"' | Select-Object -First 1
  if ($null -eq $wininit -or $null -eq $wininit.CreationDate) { return $null }
  "$($wininit.ProcessId) $(ConvertTo-AtlasTime -Time $wininit.CreationDate)"
}

# "The operating system started": one event a boot, in the order of their record numbers.
function Get-BootRecord {
  $started = @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-Kernel-General'; Id = 12 }
  Get-WinEvent -FilterHashtable $started -MaxEvents 20 -ErrorAction Ignore |
    ForEach-Object { $_.RecordId } |
    Sort-Object
}

function Get-ProcessStart {
  param([Parameter(Mandatory = $true)] [int] $Id)
  $found = Get-CimInstance -ClassName Win32_Process -Filter "ProcessId = $Id"
  if ($null -ne $found) { @{ pid = $Id; startedAt = (ConvertTo-AtlasTime -Time $found.CreationDate) } }
}

$request = Read-AtlasInput -Kind 'look'
try {
  $ids = @(Get-AtlasParam -Request $request -Name 'processIds' -Default @())
  $result = [ordered]@{
    bootId      = Get-BootId
    bootedAt    = ConvertTo-AtlasTime -Time (Get-AtlasBootTime)
    bootRecords = @(Get-BootRecord)
    processes   = @(foreach ($id in $ids) { Get-ProcessStart -Id $id })
  }
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
