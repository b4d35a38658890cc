Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

# Guests and their replication by the module's own names; null where no Hyper-V is.
function Get-HyperV {
  if ($null -eq (Get-Service -Name 'vmms' -ErrorAction Ignore)) { return $null }
  Import-AtlasHyperV
  $guests = @(Get-VM | ForEach-Object { @{ name = $_.Name; state = $_.State.ToString() } })
  $replicas = @(Get-VMReplication | ForEach-Object {
      [ordered]@{
        vm     = $_.VMName
        mode   = $_.ReplicationMode.ToString()
        state  = $_.ReplicationState.ToString()
        health = $_.ReplicationHealth.ToString()
      }
    })
  @{
    guests   = @($guests | Select-Object -First 1000)
    replicas = @($replicas | Select-Object -First 1000)
  }
}
