Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# The clock against the time server that Windows itself is configured with; null when that doesn't answer.
# `w32tm` answers in the machine's language.
function Get-ClockSkew {
  $server = Get-TimeServer
  if ($null -eq $server) { return $null }
  try { Get-TimeOffset -Server $server }
  catch [System.Management.Automation.MethodInvocationException] { $null }
}

# Windows Time Service settings: Type NT5DS follows the domain, NTP the servers of NtpServer ("name,flags name,flags").
function Get-TimeServer {
  $settings = 'HKLM:\SYSTEM\CurrentControlSet\Services\W32Time\Parameters'
  $type = Get-AtlasRegistryValue -Path $settings -Name 'Type'
  $computer = Get-CimInstance -ClassName Win32_ComputerSystem
  if ($type -eq 'NT5DS' -and $computer.PartOfDomain) { return $computer.Domain }
  $servers = [string] (Get-AtlasRegistryValue -Path $settings -Name 'NtpServer')
  if ($servers -eq '') { return $null }
  $servers.Split(' ')[0].Split(',')[0]
}

# Seconds, positive when this clock is ahead. SNTP, RFC 4330: a client's packet begins with 0x1B (version 3, client).
function Get-TimeOffset {
  param([Parameter(Mandatory = $true)] [string] $Server)
  $packet = [byte[]]::new(48)
  $packet[0] = 0x1B
  $client = [System.Net.Sockets.UdpClient]::new()
  try {
    $client.Client.ReceiveTimeout = 3000
    $client.Connect($Server, 123)
    $sent = [DateTime]::UtcNow
    [void] $client.Send($packet, $packet.Length)
    $from = [System.Net.IPEndPoint]::new([System.Net.IPAddress]::Any, 0)
    $answer = $client.Receive([ref] $from)
    $received = [DateTime]::UtcNow
  }
  finally { $client.Close() }
  # Stratum 0 is a refusal and no time.
  if ($answer.Length -lt 48 -or $answer[1] -eq 0) { return $null }
  # Bytes 32 and 40: when it received, when it sent.
  $there = $sent - (Get-NtpTime -Packet $answer -Offset 32)
  $back = $received - (Get-NtpTime -Packet $answer -Offset 40)
  [Math]::Round(($there + $back).TotalSeconds / 2, 3)
}

# 32 bits of seconds since 1900 and 32 bits of fraction, the most significant byte first.
function Get-NtpTime {
  param([Parameter(Mandatory = $true)] [byte[]] $Packet, [Parameter(Mandatory = $true)] [int] $Offset)
  $seconds = [double] 0
  for ($index = 0; $index -lt 8; $index++) {
    $seconds += $Packet[$Offset + $index] * [Math]::Pow(2, 24 - 8 * $index)
  }
  [DateTime]::new(1900, 1, 1, 0, 0, 0, 'Utc').AddSeconds($seconds)
}
