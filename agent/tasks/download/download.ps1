Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Throttle.psm1')

$low = 1 # DownloadPriority: in the background, where limits for background transfers apply

# One update after another until the time is over; the next command goes on with the rest, days later too.
function Receive-Approved {
  param([Parameter(Mandatory = $true)] $Request)
  $wanted = @(Get-AtlasParam -Request $Request -Name 'updates')
  $limit = [long] (Get-AtlasParam -Request $Request -Name 'maxKilobitsPerSecond' -Default 0)
  Restore-AtlasThrottle
  $offered = @(Find-AtlasUpdate | Where-Object { $wanted -contains $_.Identity.UpdateID })
  $state = @{ downloaded = @(); missing = @(); bytes = [double] 0 }
  try {
    if ($limit -gt 0) { Set-AtlasThrottle -KilobitsPerSecond $limit }
    foreach ($update in $offered) {
      $handled = $state.downloaded.Count + $state.missing.Count
      Write-AtlasProgress -Percent (100 * $handled / $offered.Count) -Text $update.Title
      Add-Update -State $state -Update $update
    }
  }
  finally { Restore-AtlasThrottle }
  $ids = @($offered | ForEach-Object { $_.Identity.UpdateID })
  $gone = @($wanted | Where-Object { $ids -notcontains $_ } | ForEach-Object { @{ id = $_ } })
  [ordered]@{ downloaded = $state.downloaded; missing = @($state.missing + $gone); bytes = $state.bytes }
}

# What lay there before counts as downloaded and costs nothing.
function Add-Update {
  param([Parameter(Mandatory = $true)] $State, [Parameter(Mandatory = $true)] $Update)
  $id = $Update.Identity.UpdateID
  if ($Update.IsDownloaded) {
    $State.downloaded += $id
    return
  }
  $hresult = Receive-One -Update $Update
  if ($hresult -ne '') { $State.missing += @{ id = $id; hresult = $hresult } }
  elseif (-not $Update.IsDownloaded) { $State.missing += @{ id = $id } }
  else {
    $State.downloaded += $id
    # The most that it can have been: express files are smaller.
    $State.bytes += [double] $Update.MaxDownloadSize
  }
}

# Empty text, or the HRESULT. Terms nobody has accepted yet are left to the installation, which does.
function Receive-One {
  param([Parameter(Mandatory = $true)] $Update)
  if (-not $Update.EulaAccepted) { return '0x80240023' }
  if ((Get-AtlasTimeLeft) -le 0) { return '' }
  $single = New-Object -ComObject 'Microsoft.Update.UpdateColl'
  [void] $single.Add($Update)
  $session = New-Object -ComObject 'Microsoft.Update.Session'
  $session.ClientApplicationID = 'ATLAS'
  $downloader = $session.CreateUpdateDownloader()
  $downloader.Priority = $low
  $downloader.Updates = $single
  try { $ended = $downloader.Download().GetUpdateResult(0) }
  catch {
    $failure = ConvertTo-AtlasFailure -ErrorRecord $_
    if (-not $failure.Contains('hresult')) { throw }
    return $failure.hresult
  }
  if ((Get-AtlasResultName -Code $ended.ResultCode) -eq 'succeeded') { return '' }
  ConvertTo-AtlasHResult -Value $ended.HResult
}

$request = Read-AtlasInput -Kind 'download'
try {
  $result = Receive-Approved -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
