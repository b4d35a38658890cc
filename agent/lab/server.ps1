# What every server can be asked, and what changes nothing on it. Loaded by verify.ps1.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Lab.psm1')

function Test-AtlasLabServer {
  $inspected = Invoke-AtlasLabTask -Kind 'inspect' -Params @{ what = 'server' } -TimeoutMs 1800000
  $os = Get-CimInstance -ClassName Win32_OperatingSystem
  $told = Get-AtlasLabField -Run $inspected -Name 'bootedAt'
  $same = $null -ne $told -and [DateTime]::Parse($told).ToUniversalTime() -eq $os.LastBootUpTime.ToUniversalTime()
  Confirm-AtlasLabSuccess -Id 'inspect.bootTime' -Run $inspected -Holds $same -Why "booted at $told, Windows says $($os.LastBootUpTime)"
  $scanned = Invoke-AtlasLabTask -Kind 'scan' -Params @{} -TimeoutMs 1800000
  Confirm-AtlasLabSuccess -Id 'scan.searches' -Run $scanned
  $verified = Invoke-AtlasLabTask -Kind 'verify' -Params @{ updates = @() } -TimeoutMs 1800000
  Confirm-AtlasLabSuccess -Id 'verify.reads' -Run $verified
  $probed = Invoke-AtlasLabTask -Kind 'probe' -Params @{ target = 'localhost'; vm = $false; ports = @(135) }
  $open = @(Get-AtlasLabField -Run $probed -Name 'ports' | Where-Object { $null -ne $_ -and $_.open }).Count -eq 1
  Confirm-AtlasLabSuccess -Id 'probe.endpointMapper' -Run $probed -Holds $open -Why 'port 135 of this host does not answer'
  Test-AtlasLabNoSessionHost
}

# On a session host this would send people away: only what is none is asked.
function Test-AtlasLabNoSessionHost {
  $isHost = $false
  if ($null -ne (Get-Command -Name 'Get-WindowsFeature' -ErrorAction Ignore)) {
    $isHost = @(Get-WindowsFeature -Name 'RDS-RD-Server' | Where-Object { $_.Installed }).Count -gt 0
  }
  if ($isHost) {
    foreach ($kind in @('drain', 'undrain')) {
      Add-AtlasLabGap -Id "$kind.refuses" -Why 'This is a session host: it would be drained'
    }
    return
  }
  $asked = @{ notice = 'ATLAS lab'; waitMinutes = 0; forceLogoff = $false }
  Confirm-AtlasLabRefusal -Id 'drain.refuses' -Run (Invoke-AtlasLabTask -Kind 'drain' -Params $asked) -Code 'noSessionHost'
  Confirm-AtlasLabRefusal -Id 'undrain.refuses' -Run (Invoke-AtlasLabTask -Kind 'undrain' -Params @{}) -Code 'noSessionHost'
}

# On a store that is well it finds nothing to do; one that isn't is better for it.
function Test-AtlasLabRepair {
  $run = Invoke-AtlasLabTask -Kind 'repair' -Params @{} -TimeoutMs 14400000
  $health = Get-AtlasLabField -Run $run -Name 'imageHealth'
  Confirm-AtlasLabSuccess -Id 'repair.healthy' -Run $run -Holds ($health -eq 'Healthy') -Why "The component store is $health"
}

# One update that the user names is fetched, installed and taken off again where it can be.
function Test-AtlasLabUpdate {
  param([AllowEmptyString()] [string] $Update)
  if ([string]::IsNullOrEmpty($Update)) {
    foreach ($kind in @('download', 'install', 'uninstall')) {
      Add-AtlasLabGap -Id "$kind.update" -Why 'No update was named: -Update takes the id that scan told'
    }
    return
  }
  $asked = @{ updates = @($Update) }
  $fetched = Invoke-AtlasLabTask -Kind 'download' -Params $asked -TimeoutMs 7200000
  $has = @(Get-AtlasLabField -Run $fetched -Name 'downloaded') -contains $Update
  Confirm-AtlasLabSuccess -Id 'download.update' -Run $fetched -Holds $has -Why "$Update is not among what was downloaded"
  $installed = Invoke-AtlasLabTask -Kind 'install' -Params $asked -TimeoutMs 14400000
  $results = @(Get-AtlasLabField -Run $installed -Name 'updates' | Where-Object { $null -ne $_ -and $_.id -eq $Update })
  $ok = $results.Count -eq 1 -and $results[0].result -eq 'succeeded'
  Confirm-AtlasLabSuccess -Id 'install.update' -Run $installed -Holds $ok -Why "$Update did not end as succeeded"
  Add-AtlasLabGap -Id 'uninstall.update' -Why 'It can be taken off only after the restart: run again with -Uninstall'
}

function Test-AtlasLabUninstall {
  param([AllowEmptyString()] [string] $Update)
  if ([string]::IsNullOrEmpty($Update)) { return }
  $run = Invoke-AtlasLabTask -Kind 'uninstall' -Params @{ updates = @($Update) } -TimeoutMs 14400000
  $told = @(Get-AtlasLabField -Run $run -Name 'removed') -contains $Update -or
    @(Get-AtlasLabField -Run $run -Name 'notRemovable' | Where-Object { $null -ne $_ -and $_.id -eq $Update }).Count -eq 1
  Confirm-AtlasLabSuccess -Id 'uninstall.update' -Run $run -Holds $told -Why "Nothing is said of $Update"
}
