Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# What every task script shares: its one document in, its one document out, and reads that several tasks need.

$script:deadline = [DateTime]::MaxValue
$script:stateFolder = Join-Path -Path $env:ProgramData -ChildPath 'ATLAS'

#region Document in, document out

# PowerShell must be started with -InputFormat None: otherwise its host reads the first line of standard input itself.
function Read-AtlasInput {
  param([Parameter(Mandatory = $true)] [string] $Kind)
  # powershell.exe writes warnings and progress of cmdlets into standard output, around our document.
  $global:WarningPreference = 'SilentlyContinue'
  $global:ProgressPreference = 'SilentlyContinue'
  $global:InformationPreference = 'SilentlyContinue'
  $utf8 = [System.Text.UTF8Encoding]::new($false, $true)
  $reader = [System.IO.StreamReader]::new([Console]::OpenStandardInput(), $utf8)
  $request = ConvertFrom-Json -InputObject ($reader.ReadToEnd())
  if ($request.version -ne 1 -or $request.kind -ne $Kind) { throw "Input is not version 1 of $Kind" }
  $script:deadline = [DateTime]::UtcNow.AddMilliseconds($request.timeoutMs)
  $request
}

function Write-AtlasDocument {
  param([Parameter(Mandatory = $true)] $Request, [Parameter(Mandatory = $true)] $Result)
  Send-AtlasDocument -Request $Request -Outcome 'succeeded' -Field 'result' -Value $Result
}

function Write-AtlasFailure {
  param([Parameter(Mandatory = $true)] $Request, [Parameter(Mandatory = $true)] $ErrorRecord)
  $failure = ConvertTo-AtlasFailure -ErrorRecord $ErrorRecord
  Send-AtlasDocument -Request $Request -Outcome 'failed' -Field 'error' -Value $failure
}

function Send-AtlasDocument {
  param(
    [Parameter(Mandatory = $true)] $Request,
    [Parameter(Mandatory = $true)] [ValidateSet('succeeded', 'failed')] [string] $Outcome,
    [Parameter(Mandatory = $true)] [string] $Field,
    [Parameter(Mandatory = $true)] $Value
  )
  $document = [ordered]@{
    version   = 1
    kind      = $Request.kind
    commandId = $Request.commandId
    outcome   = $Outcome
  }
  $document[$Field] = $Value
  $json = ConvertTo-Json -InputObject $document -Depth 12 -Compress
  Send-AtlasBytes -Stream ([Console]::OpenStandardOutput()) -Text $json
}

# Console writers encode with the machine's code page; bytes don't.
function Send-AtlasBytes {
  param([Parameter(Mandatory = $true)] $Stream, [Parameter(Mandatory = $true)] [string] $Text)
  $bytes = [System.Text.UTF8Encoding]::new($false).GetBytes($Text + "`n")
  $Stream.Write($bytes, 0, $bytes.Length)
  $Stream.Flush()
}

function Write-AtlasProgress {
  param([Parameter(Mandatory = $true)] [int] $Percent, [Parameter(Mandatory = $true)] [string] $Text)
  $progress = [ordered]@{ percent = $Percent; text = (Limit-AtlasText -Text $Text -Length 200) }
  $line = 'progress ' + (ConvertTo-Json -InputObject $progress -Compress)
  Send-AtlasBytes -Stream ([Console]::OpenStandardError()) -Text $line
}

# Thrown by scripts: `throw (New-AtlasFailure -Code 'installerBusy' -Message '…')`. Codes: agent/tasks/failures.ts.
function New-AtlasFailure {
  param([Parameter(Mandatory = $true)] [string] $Code, [Parameter(Mandatory = $true)] [string] $Message)
  $exception = [System.InvalidOperationException]::new($Message)
  $exception.Data['atlasCode'] = $Code
  $exception
}

# Messages are in the machine's language and only shown; what is decided on is the code and the HRESULT.
function ConvertTo-AtlasFailure {
  param([Parameter(Mandatory = $true)] $ErrorRecord)
  $code = 'unexpected'
  $hresult = $null
  for ($one = $ErrorRecord.Exception; $null -ne $one; $one = $one.InnerException) {
    if ($one.Data.Contains('atlasCode')) { $code = $one.Data['atlasCode'] }
    $number = ConvertTo-AtlasHResult -Value $one.HResult
    # 0x8013…: .NET's own, which tell nothing about Windows.
    if ($null -eq $hresult -and -not $number.StartsWith('0x8013')) { $hresult = $number }
  }
  $message = $ErrorRecord.Exception.Message
  $at = $ErrorRecord.InvocationInfo
  if ($code -eq 'unexpected' -and $null -ne $at) { $message = "$message (line $($at.ScriptLineNumber))" }
  $failure = [ordered]@{ code = $code; message = (Limit-AtlasText -Text $message -Length 2000) }
  if ($null -ne $hresult -and $code -eq 'unexpected') { $failure['hresult'] = $hresult }
  $failure
}

#endregion
#region Small conversions

# Milliseconds until the script must have ended by itself.
function Get-AtlasTimeLeft {
  ($script:deadline - [DateTime]::UtcNow).TotalMilliseconds
}

function Get-AtlasParam {
  param([Parameter(Mandatory = $true)] $Request, [Parameter(Mandatory = $true)] [string] $Name, $Default = $null)
  $found = $Request.params.PSObject.Properties[$Name]
  if ($null -eq $found) { $Default } else { $found.Value }
}

# Of CIM and .NET objects whose shape differs between versions of Windows.
function Get-AtlasProperty {
  param([Parameter(Mandatory = $true)] $Of, [Parameter(Mandatory = $true)] [string] $Name)
  $found = $Of.PSObject.Properties[$Name]
  if ($null -eq $found) { $null } else { $found.Value }
}

function ConvertTo-AtlasHResult {
  param([Parameter(Mandatory = $true)] [int] $Value)
  '0x{0:X8}' -f $Value
}

function ConvertTo-AtlasTime {
  param([Parameter(Mandatory = $true)] [DateTime] $Time)
  $Time.ToUniversalTime().ToString('o')
}

function Limit-AtlasText {
  param([AllowNull()] [AllowEmptyString()] [string] $Text, [Parameter(Mandatory = $true)] [int] $Length)
  if ($Text.Length -le $Length) { $Text } else { $Text.Substring(0, $Length) }
}

# A value that isn't there is null.
function Get-AtlasRegistryValue {
  param([Parameter(Mandatory = $true)] [string] $Path, [Parameter(Mandatory = $true)] [string] $Name)
  $key = Get-Item -LiteralPath $Path -ErrorAction Ignore
  if ($null -eq $key) { $null } else { $key.GetValue($Name, $null) }
}

function Test-AtlasCommand {
  param([Parameter(Mandatory = $true)] [string] $Name)
  $null -ne (Get-Command -Name $Name -ErrorAction Ignore)
}

#endregion
#region What a script keeps on the machine for a later one

function Get-AtlasStatePath {
  param([Parameter(Mandatory = $true)] [string] $Name)
  Join-Path -Path $script:stateFolder -ChildPath "$Name.json"
}

function Read-AtlasState {
  param([Parameter(Mandatory = $true)] [string] $Name)
  $path = Get-AtlasStatePath -Name $Name
  if (Test-Path -LiteralPath $path) { ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($path)) }
}

# Whole and on the disk when it returns: it is written before the change that it is about.
function Save-AtlasState {
  param([Parameter(Mandatory = $true)] [string] $Name, [Parameter(Mandatory = $true)] $Value)
  $path = Get-AtlasStatePath -Name $Name
  [void] [System.IO.Directory]::CreateDirectory($script:stateFolder)
  $json = ConvertTo-Json -InputObject $Value -Depth 6 -Compress
  $bytes = [System.Text.UTF8Encoding]::new($false).GetBytes($json)
  $file = [System.IO.File]::Open("$path.new", 'Create', 'Write', 'None')
  try {
    $file.Write($bytes, 0, $bytes.Length)
    $file.Flush($true)
  }
  finally { $file.Dispose() }
  if (Test-Path -LiteralPath $path) { [System.IO.File]::Replace("$path.new", $path, [NullString]::Value) }
  else { [System.IO.File]::Move("$path.new", $path) }
}

# One script at a time changes a state that several share. `.Dispose()` of what it answers lets the next one in.
function Enter-AtlasState {
  param([Parameter(Mandatory = $true)] [string] $Name, [int] $Seconds = 60)
  [void] [System.IO.Directory]::CreateDirectory($script:stateFolder)
  $path = (Get-AtlasStatePath -Name $Name) + '.lock'
  for ($tries = 0; $tries -lt 5 * $Seconds; $tries++) {
    try { return [System.IO.File]::Open($path, 'OpenOrCreate', 'ReadWrite', 'None') }
    catch [System.IO.IOException] { Start-Sleep -Milliseconds 200 }
  }
  throw (New-AtlasFailure -Code 'stateBusy' -Message "Another script has held $path for $Seconds s")
}

function Clear-AtlasState {
  param([Parameter(Mandatory = $true)] [string] $Name)
  $path = Get-AtlasStatePath -Name $Name
  if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Force }
}

#endregion
#region The machine

# With the revision: Version alone is the same before and after a cumulative update.
function Get-AtlasBuild {
  $os = Get-CimInstance -ClassName Win32_OperatingSystem
  $revision = Get-AtlasRegistryValue -Path 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' -Name 'UBR'
  "$($os.Version).$([int] $revision)"
}

function Get-AtlasBootTime {
  $os = Get-CimInstance -ClassName Win32_OperatingSystem
  $os.LastBootUpTime
}

# Source of the five places: ComputerManagementDsc, PendingReboot.
function Get-AtlasPendingReboot {
  $current = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
  $control = 'HKLM:\SYSTEM\CurrentControlSet\Control'
  if (Test-Path -LiteralPath "$current\Component Based Servicing\RebootPending") {
    @{ cause = 'componentBasedServicing' }
  }
  if (Test-Path -LiteralPath "$current\WindowsUpdate\Auto Update\RebootRequired") {
    @{ cause = 'windowsUpdate' }
  }
  $information = New-Object -ComObject 'Microsoft.Update.SystemInfo'
  if ($information.RebootRequired) { @{ cause = 'updateAgent' } }
  $active = Get-AtlasRegistryValue -Path "$control\ComputerName\ActiveComputerName" -Name 'ComputerName'
  $wanted = Get-AtlasRegistryValue -Path "$control\ComputerName\ComputerName" -Name 'ComputerName'
  if ($active -ne $wanted) { @{ cause = 'computerRename'; detail = "$active, soon $wanted" } }
  $renames = Get-AtlasRegistryValue -Path "$control\Session Manager" -Name 'PendingFileRenameOperations'
  if ($null -ne $renames) {
    @{ cause = 'fileRename'; detail = (Limit-AtlasText -Text ([string] @($renames)[0]) -Length 500) }
  }
}

# Services that somebody may count on. Left out: those that an event starts and ends, and each user's own copies.
function Get-AtlasService {
  $own = $env:SystemRoot + '\'
  foreach ($service in Get-CimInstance -ClassName Win32_Service) {
    $registry = "HKLM:\SYSTEM\CurrentControlSet\Services\$($service.Name)"
    if ($service.Name -match '_[0-9a-f]{4,}$' -or (Test-Path -LiteralPath "$registry\TriggerInfo")) { continue }
    $isWindows = ([string] $service.PathName).TrimStart('"').StartsWith($own, 'OrdinalIgnoreCase')
    if ($service.StartMode -ne 'Auto' -and ($service.StartMode -ne 'Manual' -or $isWindows)) { continue }
    [pscustomobject]@{
      Name      = $service.Name
      Display   = $service.DisplayName
      Automatic = $service.StartMode -eq 'Auto'
      Running   = $service.State -eq 'Running'
      ExitCode  = $service.ExitCode
    }
  }
}

# Ids of sessions in which somebody works: those with a shell. `quser` answers in the machine's language.
function Get-AtlasUserSession {
  $shells = 'Name = "explorer.exe" OR Name = "sihost.exe" OR Name = "rdpinit.exe"'
  Get-CimInstance -ClassName Win32_Process -Filter $shells |
    ForEach-Object { $_.SessionId } |
    Where-Object { $_ -gt 0 } |
    Sort-Object -Unique
}

# Whether a TCP connection can be made within three seconds.
function Test-AtlasPort {
  param([Parameter(Mandatory = $true)] [string] $Address, [Parameter(Mandatory = $true)] [int] $Port)
  $client = [System.Net.Sockets.TcpClient]::new()
  try { $client.ConnectAsync($Address, $Port).Wait(3000) -and $client.Connected }
  catch [System.Management.Automation.MethodInvocationException] { $false }
  finally { $client.Close() }
}

#endregion
#region Windows Update. Contract: Windows Update Agent API, local SYSTEM only.

function Get-AtlasResultName {
  param([Parameter(Mandatory = $true)] [int] $Code)
  @('notStarted', 'inProgress', 'succeeded', 'succeededWithErrors', 'failed', 'aborted')[$Code]
}

# The updates that match; an incomplete search is a failure, because what it lacks would pass for installed.
function Find-AtlasUpdate {
  [OutputType('IUpdate')]
  param([string] $Criteria = 'IsInstalled=0 and IsHidden=0')
  $session = New-Object -ComObject 'Microsoft.Update.Session'
  $session.ClientApplicationID = 'ATLAS'
  $found = $session.CreateUpdateSearcher().Search($Criteria)
  if ((Get-AtlasResultName -Code $found.ResultCode) -ne 'succeeded') {
    throw (New-AtlasFailure -Code 'searchIncomplete' -Message "The search ended with code $($found.ResultCode)")
  }
  foreach ($update in $found.Updates) { $update }
}

function ConvertTo-AtlasUpdate {
  param([Parameter(Mandatory = $true)] $Update)
  $behavior = $Update.InstallationBehavior
  [ordered]@{
    id                  = $Update.Identity.UpdateID
    kbArticles          = @(foreach ($kb in $Update.KBArticleIDs) { [string] $kb })
    title               = Limit-AtlasText -Text $Update.Title -Length 500
    categoryIds         = @(foreach ($category in $Update.Categories) { [string] $category.CategoryID })
    type                = if ($Update.Type -eq 2) { 'driver' } else { 'software' }
    maxDownloadBytes    = [double] $Update.MaxDownloadSize
    isDownloaded        = [bool] $Update.IsDownloaded
    browseOnly          = [bool] $Update.BrowseOnly
    canRequestUserInput = $null -ne $behavior -and [bool] $behavior.CanRequestUserInput
    deadline            = if ($null -eq $Update.Deadline) { $null } else { ConvertTo-AtlasTime -Time $Update.Deadline }
  }
}

# What is offered now. Not browse-only first: what a plan can approve by category is never cut off.
function Get-AtlasScan {
  $found = @(Find-AtlasUpdate | ForEach-Object { ConvertTo-AtlasUpdate -Update $_ })
  [ordered]@{
    source     = Get-AtlasUpdateSource
    searchedAt = ConvertTo-AtlasTime -Time ([DateTime]::UtcNow)
    updates    = @($found | Sort-Object -Property { $_.browseOnly } | Select-Object -First 500)
  }
}

# Policies: "Configure Automatic Updates" and "Specify intranet Microsoft update service location".
function Get-AtlasUpdateSource {
  $policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'
  $server = Get-AtlasRegistryValue -Path $policy -Name 'WUServer'
  $source = [ordered]@{ kind = 'windowsUpdate'; automatic = Get-AtlasAutomatic }
  if ((Get-AtlasRegistryValue -Path "$policy\AU" -Name 'UseWUServer') -eq 1 -and $null -ne $server) {
    $source.kind = 'wsus'
    $source['server'] = Limit-AtlasText -Text $server -Length 500
  }
  else {
    $manager = New-Object -ComObject 'Microsoft.Update.ServiceManager'
    foreach ($service in $manager.Services) {
      $isMicrosoftUpdate = $service.ServiceID -eq '7971f918-a847-4430-9279-4a52d1efe18d'
      if ($isMicrosoftUpdate -and $service.IsDefaultAUService) { $source.kind = 'microsoftUpdate' }
    }
  }
  $optimization = Get-AtlasDeliveryOptimization
  if ($null -ne $optimization) { $source['deliveryOptimization'] = $optimization }
  $source
}

function Get-AtlasAutomatic {
  $policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU'
  if ((Get-AtlasRegistryValue -Path $policy -Name 'NoAutoUpdate') -eq 1) { return 'off' }
  switch ([int] (Get-AtlasRegistryValue -Path $policy -Name 'AUOptions')) {
    2 { 'notify' }
    3 { 'download' }
    4 { 'install' }
    7 { 'download' }
    default { 'unknown' }
  }
}

# Get-DOConfig where there is one and its service answers, else the policies alone. Limits are in bytes a second.
function Get-AtlasDeliveryOptimization {
  $config = $null
  if (Test-AtlasCommand -Name 'Get-DOConfig') {
    try { $config = Get-DOConfig }
    catch { $config = $null }
  }
  if ($null -ne $config) {
    $mode = Get-AtlasProperty -Of $config -Name 'DownloadMode'
    $limit = Get-AtlasProperty -Of $config -Name 'DownBackLimitBps'
    $percent = Get-AtlasProperty -Of $config -Name 'DownBackLimitPct'
  }
  else {
    $policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\DeliveryOptimization'
    $mode = Get-AtlasRegistryValue -Path $policy -Name 'DODownloadMode'
    $limit = 1024 * [double] (Get-AtlasRegistryValue -Path $policy -Name 'DOMaxBackgroundDownloadBandwidth')
    $percent = Get-AtlasRegistryValue -Path $policy -Name 'DOPercentageMaxBackgroundBandwidth'
  }
  if ($null -eq $mode) { return }
  $found = [ordered]@{ mode = Limit-AtlasText -Text ([string] $mode) -Length 60 }
  if ($limit -gt 0) { $found['maxKilobitsPerSecond'] = [long] [Math]::Floor($limit * 8 / 1000) }
  if ($percent -gt 0) { $found['maxPercent'] = [int] $percent }
  $found
}

#endregion

Export-ModuleMember -Function '*-Atlas*'
