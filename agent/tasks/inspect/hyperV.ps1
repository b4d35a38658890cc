Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

# Guests and their replication by the module's own names; null where no Hyper-V is, or none that can be asked: a host
# without its management tools, or whose service stands still, is inspected all the same.
function Get-HyperV {
  $service = Get-Service -Name 'vmms' -ErrorAction Ignore
  if ($null -eq $service -or $service.Status.ToString() -ne 'Running') { return $null }
  if (@(Get-Module -ListAvailable -Name 'Hyper-V').Count -eq 0) { return $null }
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
