Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Guests and their replication by the module's own names; null where no Hyper-V is.
function Get-HyperV {
  $service = Get-Service -Name 'vmms' -ErrorAction Ignore
  if ($null -eq $service -or -not (Test-AtlasCommand -Name 'Get-VM')) { return $null }
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
