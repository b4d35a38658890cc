Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# Whether this remote desktop host takes new sessions. Where it is its own connection broker, the broker is told;
# everywhere the host itself is, as `change logon /drain` does, which is all there is in a workgroup: the broker's
# module reaches no other machine there. Source: Win32_TerminalServiceSetting, SessionBrokerDrainMode.
# Answers the broker's name, or null.
function Set-AtlasNewConnection {
  param([Parameter(Mandatory = $true)] [bool] $Allowed)
  $setting = Get-CimInstance -Namespace 'root\cimv2\TerminalServices' -ClassName Win32_TerminalServiceSetting -ErrorAction Ignore
  # 1: a session host. 0: remote desktop for administration alone, which has nobody to drain.
  if ($null -eq $setting -or $setting.TerminalServerMode -ne 1) {
    throw (New-AtlasFailure -Code 'noSessionHost' -Message 'This server is no remote desktop session host')
  }
  $broker = Set-AtlasOnBroker -Allowed $Allowed
  # 0: all connections. 2: those who have a session may come back to it, nobody else; over reboots.
  $mode = if ($Allowed) { [uint32] 0 } else { [uint32] 2 }
  Set-CimInstance -InputObject $setting -Property @{ SessionBrokerDrainMode = $mode }
  $broker
}

function Set-AtlasOnBroker {
  param([Parameter(Mandatory = $true)] [bool] $Allowed)
  $service = Get-Service -Name 'Tssdis' -ErrorAction Ignore
  if ($null -eq $service -or -not (Test-AtlasCommand -Name 'Set-RDSessionHost')) { return $null }
  $name = [System.Net.Dns]::GetHostEntry('').HostName
  $new = if ($Allowed) { 'Yes' } else { 'No' }
  Set-RDSessionHost -SessionHost $name -NewConnectionAllowed $new -ConnectionBroker $name
  $name
}

Export-ModuleMember -Function '*-Atlas*'
