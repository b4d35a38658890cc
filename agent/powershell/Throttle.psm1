Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# Background downloads are held down by policy values, because Windows Server 2016 to 2022 have no cmdlet for it and
# Quality-of-Service policies slow down what a server sends, never what it receives.
# Sources: DeliveryOptimization.admx (DOMaxBackgroundDownloadBandwidth, KB a second), Bits.admx (BITS_MaxBandwidth).
# What was there before is kept on disk first, so that a run that is killed is put right by the next one.
$optimization = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\DeliveryOptimization'
$bits = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\BITS'

function Set-AtlasThrottle {
  param([Parameter(Mandatory = $true)] [long] $KilobitsPerSecond)
  $values = @(Get-AtlasThrottleValue -KilobitsPerSecond $KilobitsPerSecond)
  $before = @(foreach ($value in $values) {
      $old = Get-AtlasRegistryValue -Path $value.Path -Name $value.Name
      [ordered]@{ path = $value.Path; name = $value.Name; existed = $null -ne $old; value = $old; set = $value.Value }
    })
  Save-AtlasState -Name 'throttle' -Value @{ before = $before }
  foreach ($value in $values) { Set-AtlasPolicyValue -Path $value.Path -Name $value.Name -Value $value.Value }
}

# Values to set; an administrator's own limit stays where it is lower.
function Get-AtlasThrottleValue {
  param([Parameter(Mandatory = $true)] [long] $KilobitsPerSecond)
  $kilobytes = [Math]::Max(1, [Math]::Floor($KilobitsPerSecond * 1000 / 8 / 1024))
  $own = Get-AtlasRegistryValue -Path $optimization -Name 'DOMaxBackgroundDownloadBandwidth'
  if ($null -eq $own -or $own -eq 0 -or $own -gt $kilobytes) {
    @{ Path = $optimization; Name = 'DOMaxBackgroundDownloadBandwidth'; Value = $kilobytes }
  }
  # BITS has a whole plan of hours: one of an administrator's is left alone.
  if ((Get-AtlasRegistryValue -Path $bits -Name 'EnableBITSMaxBandwidth') -eq 1) { return }
  @{ Path = $bits; Name = 'EnableBITSMaxBandwidth'; Value = 1 }
  @{ Path = $bits; Name = 'MaxBandwidthValidFrom'; Value = 0 }
  @{ Path = $bits; Name = 'MaxBandwidthValidTo'; Value = 0 }
  @{ Path = $bits; Name = 'UseSystemMaximum'; Value = 0 }
  @{ Path = $bits; Name = 'MaxTransferRateOnSchedule'; Value = $KilobitsPerSecond }
  @{ Path = $bits; Name = 'MaxTransferRateOffSchedule'; Value = $KilobitsPerSecond }
}

function Set-AtlasPolicyValue {
  param(
    [Parameter(Mandatory = $true)] [string] $Path,
    [Parameter(Mandatory = $true)] [string] $Name,
    [Parameter(Mandatory = $true)] [long] $Value
  )
  if (-not (Test-Path -LiteralPath $Path)) { [void] (New-Item -Path $Path -Force) }
  [void] (New-ItemProperty -LiteralPath $Path -Name $Name -PropertyType DWord -Value $Value -Force)
}

# Puts back what was there; a value that somebody has changed meanwhile is theirs.
function Restore-AtlasThrottle {
  $kept = Read-AtlasState -Name 'throttle'
  if ($null -eq $kept) { return }
  foreach ($value in $kept.before) {
    $now = Get-AtlasRegistryValue -Path $value.path -Name $value.name
    if ($now -ne $value.set) { continue }
    if ($value.existed) { Set-AtlasPolicyValue -Path $value.path -Name $value.name -Value $value.value }
    else { Remove-ItemProperty -LiteralPath $value.path -Name $value.name -Force }
  }
  Clear-AtlasState -Name 'throttle'
}

Export-ModuleMember -Function '*-Atlas*'
