Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

# Where nobody says which ports: endpoint mapper, file sharing, remote desktop, remote management.
$usualPorts = @(135, 445, 3389, 5985)

function Get-Probe {
  param([Parameter(Mandatory = $true)] $Request)
  $target = Get-AtlasParam -Request $Request -Name 'target'
  $ports = @(Get-AtlasParam -Request $Request -Name 'ports' -Default $usualPorts)
  $guest = $null
  if (Get-AtlasParam -Request $Request -Name 'vm') { $guest = Get-Guest -Name $target }
  [ordered]@{
    ping  = Test-Connection -ComputerName $target -Count 2 -Quiet
    ports = @(foreach ($port in $ports) { @{ port = $port; open = (Test-AtlasPort -Address $target -Port $port) } })
    guest = $guest
  }
}

# A guest is called as its host name, or as the first label of it.
function Get-Guest {
  param([Parameter(Mandatory = $true)] [string] $Name)
  Import-AtlasHyperV
  $names = @($Name, $Name.Split('.')[0])
  $vm = Get-VM | Where-Object { $names -contains $_.Name } | Select-Object -First 1
  if ($null -eq $vm) { return $null }
  $heartbeat = if ($null -eq $vm.Heartbeat) { 'Unknown' } else { $vm.Heartbeat.ToString() }
  @{ state = $vm.State.ToString(); heartbeat = $heartbeat }
}

$request = Read-AtlasInput -Kind 'probe'
try {
  $result = Get-Probe -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
