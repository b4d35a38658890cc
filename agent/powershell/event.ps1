Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# One entry of the Windows event log, for what an administrator should see without looking at the agent's own log.
# install.ps1 has made the source: without it this fails, and the agent's log says so.

$request = Read-AtlasInput -Kind 'event'
try {
  $entry = @{
    LogName   = 'Application'
    Source    = 'ATLAS'
    EventId   = Get-AtlasParam -Request $request -Name 'eventId'
    EntryType = 'Warning'
    Message   = Limit-AtlasText -Text (Get-AtlasParam -Request $request -Name 'text') -Length 8000
  }
  Write-EventLog @entry
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result @{ written = $true }
