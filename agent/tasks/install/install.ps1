Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Throttle.psm1')

$requiresExclusiveHandling = 2 # InstallationImpact

# Only what the plan approved, one update a call: results, progress and safe points lie between them.
function Install-Approved {
  param([Parameter(Mandatory = $true)] $Request)
  $approved = @(Get-AtlasParam -Request $Request -Name 'updates')
  # A download that was killed may have left its limit: the night is not for sparing the line.
  Restore-AtlasThrottle
  $offered = @(Find-AtlasUpdate | Where-Object { $approved -contains $_.Identity.UpdateID })
  $ids = @($offered | ForEach-Object { $_.Identity.UpdateID })
  $missing = @($approved | Where-Object { $ids -notcontains $_ })
  $done = @(if ($offered.Count -gt 0) { Install-Each -Offered $offered })
  $reboot = @($done | Where-Object { $_.rebootRequired }).Count -gt 0
  [ordered]@{
    updates        = $done
    rebootRequired = $reboot
    notOffered     = $missing
    stillOffered   = @(if ($done.Count -gt 0 -and -not $reboot) { Get-StillOffered -Ids $ids })
  }
}

# Exclusive updates first, each alone; what needs a click is left out and said.
function Install-Each {
  param([Parameter(Mandatory = $true)] $Offered)
  $installer = New-Installer
  $ordered = @($Offered | Sort-Object -Property { -not (Test-Behavior -Update $_ -Exclusive) })
  $count = 0
  foreach ($update in $ordered) {
    Write-AtlasProgress -Percent (100 * $count++ / $ordered.Count) -Text $update.Title
    if (Test-Behavior -Update $update -CanRequestUserInput) {
      New-Result -Update $update -Result 'notStarted' -Because 'asksForInput'
    }
    elseif ($installer.RebootRequiredBeforeInstallation) {
      # What is done needs a reboot before the rest, which is offered again.
      New-Result -Update $update -Result 'notStarted' -Because 'rebootDue'
    }
    elseif ((Get-AtlasTimeLeft) -le 0) {
      New-Result -Update $update -Result 'notStarted' -Because 'timeOver'
    }
    else {
      Install-One -Installer $installer -Update $update
    }
  }
}

# Some updates say nothing about their installation.
function Test-Behavior {
  param([Parameter(Mandatory = $true)] $Update, [switch] $Exclusive, [switch] $CanRequestUserInput)
  $behavior = $Update.InstallationBehavior
  if ($null -eq $behavior) { return $false }
  ($Exclusive -and $behavior.Impact -eq $requiresExclusiveHandling) -or
  ($CanRequestUserInput -and $behavior.CanRequestUserInput)
}

# Refused while a reboot is due; somebody else's installation is waited for, never disturbed.
function New-Installer {
  $session = New-Object -ComObject 'Microsoft.Update.Session'
  $session.ClientApplicationID = 'ATLAS'
  $installer = $session.CreateUpdateInstaller()
  while ($installer.IsBusy) {
    if ((Get-AtlasTimeLeft) -le 0) {
      throw (New-AtlasFailure -Code 'installerBusy' -Message 'Another installation did not end in time')
    }
    Write-AtlasProgress -Percent 0 -Text 'Another installation is running'
    Start-Sleep -Seconds 15
  }
  if ($installer.RebootRequiredBeforeInstallation) {
    $message = 'A reboot is due before anything can be installed'
    throw (New-AtlasFailure -Code 'rebootRequiredBeforeInstall' -Message $message)
  }
  $installer.ForceQuiet = $true
  $installer.AllowSourcePrompts = $false
  $installer
}

# One that fails doesn't keep the others from being tried, nor their results from being told.
function Install-One {
  param([Parameter(Mandatory = $true)] $Installer, [Parameter(Mandatory = $true)] $Update)
  try {
    if (-not $Update.EulaAccepted) { $Update.AcceptEula() }
    $single = New-Object -ComObject 'Microsoft.Update.UpdateColl'
    [void] $single.Add($Update)
    if (-not $Update.IsDownloaded) {
      $fetched = Receive-Update -Single $single
      if ($fetched.ResultName -ne 'succeeded') {
        return New-Result -Update $Update -Result 'failed' -HResult $fetched.HResult
      }
    }
    $Installer.Updates = $single
    $ended = $Installer.Install().GetUpdateResult(0)
    $told = @{
      Result         = Get-AtlasResultName -Code $ended.ResultCode
      HResult        = ConvertTo-AtlasHResult -Value $ended.HResult
      RebootRequired = $ended.RebootRequired
    }
    New-Result -Update $Update @told
  }
  catch {
    $failure = ConvertTo-AtlasFailure -ErrorRecord $_
    if (-not $failure.Contains('hresult')) { throw }
    New-Result -Update $Update -Result 'failed' -HResult $failure.hresult
  }
}

function Receive-Update {
  param([Parameter(Mandatory = $true)] $Single)
  $session = New-Object -ComObject 'Microsoft.Update.Session'
  $session.ClientApplicationID = 'ATLAS'
  $downloader = $session.CreateUpdateDownloader()
  $downloader.Updates = $Single
  $ended = $downloader.Download().GetUpdateResult(0)
  @{
    ResultName = Get-AtlasResultName -Code $ended.ResultCode
    HResult    = ConvertTo-AtlasHResult -Value $ended.HResult
  }
}

function New-Result {
  param(
    [Parameter(Mandatory = $true)] $Update,
    [Parameter(Mandatory = $true)] [string] $Result,
    [string] $HResult = '0x00000000',
    [string] $Because = '',
    [bool] $RebootRequired = $false
  )
  $ended = [ordered]@{
    id             = $Update.Identity.UpdateID
    kbArticles     = @(foreach ($kb in $Update.KBArticleIDs) { [string] $kb })
    title          = Limit-AtlasText -Text $Update.Title -Length 500
    result         = $Result
    rebootRequired = $RebootRequired
  }
  if ($HResult -ne '0x00000000') { $ended['hresult'] = $HResult }
  if ($Because -ne '') { $ended['because'] = $Because }
  $ended
}

# What says that it is installed and is offered still, is not. Only asked where no reboot has to come first.
function Get-StillOffered {
  param([Parameter(Mandatory = $true)] $Ids)
  $offered = @(Find-AtlasUpdate | ForEach-Object { $_.Identity.UpdateID })
  $Ids | Where-Object { $offered -contains $_ }
}

$request = Read-AtlasInput -Kind 'install'
try {
  $result = Install-Approved -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
