# Which backup jobs ATLAS disabled, and for whom. Let go, a job's entry stays for a month: without it a second
# release could not tell a job that somebody disabled since from one whose entry was lost.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# By id: `id`, `name`, `holders` (servers' names), `releasedAt` (null while it is held).
function Read-AtlasHeldJob {
  $held = @{}
  $kept = Read-AtlasState -Name 'heldJobs'
  if ($null -eq $kept) { return $held }
  foreach ($entry in @($kept.jobs)) {
    $held[$entry.id] = @{
      id         = $entry.id
      name       = $entry.name
      holders    = @($entry.holders)
      releasedAt = $entry.releasedAt
    }
  }
  $held
}

function Save-AtlasHeldJob {
  param([Parameter(Mandatory = $true)] $Held)
  $oldest = ConvertTo-AtlasTime -Time ([DateTime]::UtcNow.AddDays(-30))
  # Times in one form sort as text.
  $kept = @($Held.Values | Where-Object { @($_.holders).Count -gt 0 -or [string]$_.releasedAt -gt $oldest })
  Save-AtlasState -Name 'heldJobs' -Value @{ jobs = $kept }
}

Export-ModuleMember -Function '*-Atlas*'
