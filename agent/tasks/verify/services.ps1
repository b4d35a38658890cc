Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$lookEverySeconds = 15
$stableSeconds = 90
$longestSeconds = 900

# Until nothing is down and the running services stay the same for a while; given up after a quarter of an hour.
function Wait-Service {
  $started = [DateTime]::UtcNow
  $sameSince = $started
  $before = ''
  while ($true) {
    $services = @(Get-AtlasService)
    $running = @($services | Where-Object { $_.Running } | ForEach-Object { $_.Name } | Sort-Object) -join '|'
    if ($running -ne $before) { $sameSince = [DateTime]::UtcNow }
    $before = $running
    $stable = ([DateTime]::UtcNow - $sameSince).TotalSeconds -ge $stableSeconds
    $down = @(Get-DownService -Services $services)
    $waited = ([DateTime]::UtcNow - $started).TotalSeconds
    $over = $waited -ge $longestSeconds -or (Get-AtlasTimeLeft) -lt 120000
    if ($over -or ($stable -and $down.Count -eq 0)) { return @{ Down = $down; Stable = $stable } }
    Write-AtlasProgress -Percent (50 * $waited / $longestSeconds) -Text "Services that don't run: $($down.Count)"
    Start-Sleep -Seconds $lookEverySeconds
  }
}

# What ran before, and what starts by itself and ended with an error. What was down before the update stays its own
# trouble. Without a baseline only the second can be told.
function Get-DownService {
  param([Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]] $Services)
  $ran = @()
  $stopped = @()
  $baseline = Read-AtlasState -Name 'services'
  if ($null -ne $baseline) {
    $ran = @($baseline.running)
    $stopped = @($baseline.stopped)
  }
  foreach ($service in $Services) {
    $expected = $ran -contains $service.Name -or
    ($service.Automatic -and $service.ExitCode -ne 0 -and $stopped -notcontains $service.Name)
    if ($expected -and -not $service.Running) {
      @{ name = $service.Name; display = (Limit-AtlasText -Text $service.Display -Length 256) }
    }
  }
}
