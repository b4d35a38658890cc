Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# The server itself. What can't be read on this version of Windows is null.
function Get-Server {
  $os = Get-CimInstance -ClassName Win32_OperatingSystem
  Write-AtlasProgress -Percent 10 -Text 'Reading the server'
  $roles = $null
  if (Test-AtlasCommand -Name 'Get-WindowsFeature') { $roles = @(Get-Role) }
  $bitLocker = $null
  if (Test-AtlasCommand -Name 'Get-BitLockerVolume') { $bitLocker = @(Get-BitLocker) }
  $server = [ordered]@{
    what                 = 'server'
    os                   = Get-OperatingSystem
    now                  = ConvertTo-AtlasTime -Time ([DateTime]::UtcNow)
    bootedAt             = ConvertTo-AtlasTime -Time $os.LastBootUpTime
    pendingReboot        = @(Get-AtlasPendingReboot)
    systemDrive          = Get-SystemDrive -Name $os.SystemDrive
    roles                = $roles
    virtualMachine       = Test-VirtualMachine
    hyperV               = Get-HyperV
    veeam                = Get-Veeam
    newestRestorePointAt = Get-NewestBackup
    source               = Get-AtlasUpdateSource
    otherPatchers        = @(Get-OtherPatcher | Select-Object -First 50)
    sessions             = Get-SessionCount
    bitLocker            = $bitLocker
    hold                 = Get-Hold
    clockSkewSeconds     = Get-ClockSkew
  }
  Write-AtlasProgress -Percent 40 -Text 'Searching for updates'
  $server['offered'] = Get-Offered
  $server
}

# The rest of what inspect tells is worth having also while Windows Update doesn't answer.
function Get-Offered {
  try { Get-AtlasScan }
  catch {
    @{ failed = ConvertTo-AtlasFailure -ErrorRecord $_ }
  }
}

function Get-OperatingSystem {
  $os = Get-CimInstance -ClassName Win32_OperatingSystem
  $current = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
  [ordered]@{
    name         = $os.Caption.Trim()
    build        = Get-AtlasBuild
    language     = [System.Globalization.CultureInfo]::InstalledUICulture.Name
    installation = [string] (Get-AtlasRegistryValue -Path $current -Name 'InstallationType')
  }
}

function Get-SystemDrive {
  param([Parameter(Mandatory = $true)] [string] $Name)
  $drive = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID = '$Name'"
  @{ freeBytes = [double] $drive.FreeSpace; sizeBytes = [double] $drive.Size }
}

function Get-Role {
  Get-WindowsFeature | Where-Object { $_.Installed } | Select-Object -First 300 | ForEach-Object { $_.Name }
}

# Models of the usual hypervisors; a Hyper-V host says HypervisorPresent of itself too.
function Test-VirtualMachine {
  $computer = Get-CimInstance -ClassName Win32_ComputerSystem
  "$($computer.Manufacturer) $($computer.Model)" -match 'Virtual|VMware|KVM|QEMU|Xen|HVM domU|Amazon EC2'
}

# The version of the service's own file. Where Veeam keeps its version otherwise differs between its releases.
function Get-Veeam {
  $service = Get-CimInstance -ClassName Win32_Service -Filter "Name = 'VeeamBackupSvc'"
  if ($null -eq $service) { return $null }
  $path = if ($service.PathName.StartsWith('"')) { $service.PathName.Split('"')[1] } else { $service.PathName }
  if (-not (Test-Path -LiteralPath $path)) { return @{ version = 'unknown' } }
  $version = [System.Diagnostics.FileVersionInfo]::GetVersionInfo($path).ProductVersion
  @{ version = Limit-AtlasText -Text $version -Length 60 }
}

# Windows Server Backup's own catalogue. One that can't be read counts as empty: who asks for a backup is refused.
function Get-NewestBackup {
  if (-not (Test-AtlasCommand -Name 'Get-WBBackupSet')) { return $null }
  try { $newest = @(Get-ServerBackupTime -Target $env:COMPUTERNAME | Sort-Object -Descending | Select-Object -First 1) }
  catch { return $null }
  if ($newest.Count -eq 0) { return $null }
  ConvertTo-AtlasTime -Time $newest[0]
}

# The counter's inactive sessions include those of the system; whoever has a shell and isn't active is disconnected.
function Get-SessionCount {
  $name = 'Win32_PerfFormattedData_LocalSessionManager_TerminalServices'
  $counted = Get-CimInstance -ClassName $name -ErrorAction Ignore | Select-Object -First 1
  if ($null -eq $counted) { return $null }
  $working = @(Get-AtlasUserSession).Count
  $active = [int] $counted.ActiveSessions
  @{ active = $active; disconnected = [Math]::Max(0, $working - $active) }
}

function Get-BitLocker {
  foreach ($volume in Get-BitLockerVolume | Select-Object -First 30) {
    $mountPoint = Limit-AtlasText -Text $volume.MountPoint -Length 10
    @{ mountPoint = $mountPoint; protection = Get-Protection -Volume $volume }
  }
}

# Off although encrypted: the key lies in the clear, as Suspend-BitLocker leaves it.
function Get-Protection {
  param([Parameter(Mandatory = $true)] $Volume)
  switch ($Volume.ProtectionStatus.ToString()) {
    'On' { 'on' }
    'Off' { if ($Volume.VolumeStatus.ToString() -eq 'FullyDecrypted') { 'off' } else { 'suspended' } }
    default { 'unknown' }
  }
}

# A HOLD file that can't be read holds as well.
function Get-Hold {
  foreach ($name in 'HOLD', 'HOLD.txt') {
    $path = Join-Path -Path $env:ProgramData -ChildPath "ATLAS\$name"
    if (-not (Test-Path -LiteralPath $path)) { continue }
    try { return Limit-AtlasText -Text ([System.IO.File]::ReadAllText($path).Trim()) -Length 500 }
    catch { return "$name cannot be read" }
  }
  $null
}

# What ran before the update, for verify. Not replaced within a day until verify has seen it healthy: a second
# attempt must not take what the first one broke for what was there before.
function Save-ServiceBaseline {
  $before = Read-AtlasState -Name 'services'
  if ($null -ne $before -and -not $before.proven) {
    $taken = [DateTime]::Parse($before.takenAt, [System.Globalization.CultureInfo]::InvariantCulture)
    if ($taken.ToUniversalTime() -gt [DateTime]::UtcNow.AddDays(-1)) { return }
  }
  $services = @(Get-AtlasService)
  Save-AtlasState -Name 'services' -Value ([ordered]@{
      takenAt = ConvertTo-AtlasTime -Time ([DateTime]::UtcNow)
      proven  = $false
      running = @($services | Where-Object { $_.Running } | ForEach-Object { $_.Name })
      stopped = @($services | Where-Object { -not $_.Running } | ForEach-Object { $_.Name })
    })
}
