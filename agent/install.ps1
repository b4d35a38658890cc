#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Installs the ATLAS agent on this server, or repairs it. May be run again at any time.
.DESCRIPTION
Checks what the agent needs, checks the package's own checksums, locks the data folder to SYSTEM and administrators,
copies the program, enrols this host and starts it. It asks nothing. Exit code 0: done; 5: an operator has to approve
this host, the agent asks on by itself; anything else: not installed, and why stands above.
.PARAMETER ServerUrl
Address of the ATLAS server, https://…; not needed where one is configured already.
.PARAMETER Token
Enrolment token of an operator; not needed by a host that is enrolled already. Prefer TokenFile where others may see
command lines or their history.
.PARAMETER TokenFile
File that holds the token.
.PARAMETER Proxy
http://host:port of an explicit proxy. PAC files are not evaluated.
.PARAMETER Silent
Writes nothing but errors.
.PARAMETER Repair
Copies the program again and sets the rights of the data folder anew, also where nothing seems wrong.
.PARAMETER ServiceWrapper
A service wrapper (WinSW's configuration format) to run the agent as a service instead of a scheduled task.
.PARAMETER ServiceWrapperSha256
Its SHA-256: another file is refused.
#>
[CmdletBinding()]
param(
  [string] $ServerUrl,
  [string] $Token,
  [string] $TokenFile,
  [string] $Proxy,
  [switch] $Silent,
  [switch] $Repair,
  [string] $ServiceWrapper,
  [string] $ServiceWrapperSha256
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$programFolder = Join-Path -Path $env:ProgramFiles -ChildPath 'ATLAS'
$dataFolder = Join-Path -Path $env:ProgramData -ChildPath 'ATLAS'
$agentExe = Join-Path -Path $programFolder -ChildPath 'atlas-agent.exe'
$wrapperExe = Join-Path -Path $programFolder -ChildPath 'atlas-service.exe'
$waitingForApproval = 5
# By their SIDs: the names are others in French.
$trusted = @('S-1-5-18', 'S-1-5-32-544')

function Write-Step {
  param([Parameter(Mandatory = $true)] [string] $Text)
  if (-not $Silent) { Write-Host -Object $Text }
}

#region What the agent needs

function Assert-Machine {
  $os = Get-CimInstance -ClassName Win32_OperatingSystem
  if ([int] $os.BuildNumber -lt 14393) { throw "Windows Server 2016 or later is needed, this is $($os.Caption)." }
  if ($os.ProductType -eq 1) { throw "$($os.Caption) is no Windows Server." }
  if (-not [Environment]::Is64BitOperatingSystem) { throw 'A 64-bit Windows is needed.' }
  $framework = Get-Item -LiteralPath 'HKLM:\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full' -ErrorAction Ignore
  # 394802 is 4.6.2, which comes with Server 2016.
  if ($null -eq $framework -or [int] $framework.GetValue('Release', 0) -lt 394802) {
    throw '.NET Framework 4.6.2 or later is needed.'
  }
  $drive = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID = '$env:SystemDrive'"
  if ($drive.FreeSpace -lt 1073741824) { throw "$env:SystemDrive has less than 1 GB free." }
}

# One request tells whether the way out is open, whether TLS 1.2 works, and what time it is there.
function Assert-Server {
  param([Parameter(Mandatory = $true)] [string] $Url)
  [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12
  $request = [System.Net.WebRequest]::Create($Url)
  $request.Timeout = 20000
  $request.Method = 'HEAD'
  # Without this .NET would take the machine's own proxy, which the agent does not.
  $request.Proxy = Get-WebProxy
  $date = Get-AnswerDate -Request $request
  if ($null -eq $date) { return }
  $skew = [Math]::Abs(([DateTime]::UtcNow - [DateTime]::Parse($date, [Globalization.CultureInfo]::InvariantCulture).ToUniversalTime()).TotalMinutes)
  if ($skew -gt 5) {
    Write-Warning -Message "This clock is $([int] $skew) minutes off the server's. The agent goes by the server's."
  }
}

# .NET takes user and password apart from the address.
function Get-WebProxy {
  if ($Proxy -eq '') { return $null }
  $address = [Uri] $Proxy
  $web = [System.Net.WebProxy]::new($address.Host, $address.Port)
  if ($address.UserInfo -ne '') {
    $user, $password = $address.UserInfo -split ':', 2
    $web.Credentials = [System.Net.NetworkCredential]::new([Uri]::UnescapeDataString($user), [Uri]::UnescapeDataString("$password"))
  }
  $web
}

# Any answer will do, also a refusal: only the line is tried.
function Get-AnswerDate {
  param([Parameter(Mandatory = $true)] $Request)
  try { $response = $Request.GetResponse() }
  catch {
    $response = Get-RefusalOf -Exception $_.Exception
    if ($null -eq $response) {
      throw "$($Request.RequestUri.Host) can't be reached on 443 with TLS 1.2: $($_.Exception.Message)"
    }
  }
  try { $response.Headers['Date'] }
  finally { $response.Close() }
}

function Get-RefusalOf {
  param([Parameter(Mandatory = $true)] $Exception)
  for ($one = $Exception; $null -ne $one; $one = $one.InnerException) {
    if ($one -is [System.Net.WebException]) { return $one.Response }
  }
}

# Each file of the package is the one that was packed, and none is beside them that could be loaded.
function Assert-Package {
  $listed = @{}
  foreach ($line in Get-Content -LiteralPath (Join-Path -Path $PSScriptRoot -ChildPath 'SHA256SUMS')) {
    $sum, $name = $line -split '  ', 2
    $listed[$name.Replace('/', '\')] = $sum
  }
  foreach ($name in $listed.Keys) {
    $found = Get-FileHash -LiteralPath (Join-Path -Path $PSScriptRoot -ChildPath $name) -Algorithm SHA256
    if ($found.Hash -ne $listed[$name]) { throw "$name is not what was packed. Unpack the archive again." }
  }
  $scripts = Join-Path -Path $PSScriptRoot -ChildPath 'scripts'
  foreach ($file in [System.IO.Directory]::GetFiles($scripts, '*', 'AllDirectories')) {
    $name = $file.Substring($PSScriptRoot.Length + 1)
    if (-not $listed.ContainsKey($name)) { throw "$name is not part of the package." }
  }
}

#endregion
#region The data folder: key, journal, configuration, log

function New-Access {
  param([Parameter(Mandatory = $true)] $Security, [Parameter(Mandatory = $true)] [string] $Inheritance)
  $Security.SetAccessRuleProtection($true, $false)
  foreach ($sid in $trusted) {
    $identity = [System.Security.Principal.SecurityIdentifier]::new($sid)
    $rule = [System.Security.AccessControl.FileSystemAccessRule]::new($identity, 'FullControl', $Inheritance, 'None', 'Allow')
    $Security.AddAccessRule($rule)
  }
  $Security.SetOwner([System.Security.Principal.SecurityIdentifier]::new('S-1-5-32-544'))
  $Security
}

# Every user may make folders in ProgramData: one that was there before us is taken only from those who may.
function Assert-Owner {
  $folder = Get-Item -LiteralPath $dataFolder -Force
  if ($folder.Attributes.HasFlag([System.IO.FileAttributes]::ReparsePoint)) { throw "$dataFolder leads elsewhere." }
  $owner = (Get-Acl -LiteralPath $dataFolder).GetOwner([System.Security.Principal.SecurityIdentifier]).Value
  if ($trusted -notcontains $owner) {
    throw "$dataFolder belongs to $owner, not to administrators: see what is in it, delete it, start again."
  }
}

function Protect-Data {
  $existed = Test-Path -LiteralPath $dataFolder
  if ($existed) { Assert-Owner } else { [void] (New-Item -Path $dataFolder -ItemType Directory) }
  $security = [System.Security.AccessControl.DirectorySecurity]::new()
  Set-Acl -LiteralPath $dataFolder -AclObject (New-Access -Security $security -Inheritance 'ContainerInherit, ObjectInherit')
  if (-not ($existed -and $Repair)) { return }
  foreach ($file in [System.IO.Directory]::GetFiles($dataFolder, '*', 'AllDirectories')) {
    $security = [System.Security.AccessControl.FileSecurity]::new()
    Set-Acl -LiteralPath $file -AclObject (New-Access -Security $security -Inheritance 'None')
  }
}

#endregion
#region The program, and what starts it

function Stop-Agent {
  $task = Get-ScheduledTask -TaskName 'Agent' -TaskPath '\ATLAS\' -ErrorAction Ignore
  if ($null -ne $task) { Stop-ScheduledTask -TaskName 'Agent' -TaskPath '\ATLAS\' }
  $service = Get-Service -Name 'ATLAS' -ErrorAction Ignore
  if ($null -ne $service) { Stop-Service -Name 'ATLAS' -Force }
  # Only the one that runs: work that outlives the agent is the same program.
  for ($try = 0; $try -lt 30; $try++) {
    $query = "Name = 'atlas-agent.exe' AND CommandLine LIKE '% run%'"
    if (@(Get-CimInstance -ClassName Win32_Process -Filter $query).Count -eq 0) { return }
    Start-Sleep -Seconds 1
  }
  throw 'The agent that runs does not end. End it, and start again.'
}

# Work that outlives the agent may be running from here: its program can't be replaced under it.
function Assert-NoWork {
  $work = @(Get-ScheduledTask -TaskPath '\ATLAS\Work\' -ErrorAction Ignore | Where-Object { $_.State.ToString() -eq 'Running' })
  if ($work.Count -gt 0) { throw "$($work.Count) commands are being carried out. Wait for them, and start again." }
}

function Copy-Program {
  [void] (New-Item -Path $programFolder -ItemType Directory -Force)
  $scripts = Join-Path -Path $programFolder -ChildPath 'scripts'
  if (Test-Path -LiteralPath $scripts) { Remove-Item -LiteralPath $scripts -Recurse -Force }
  Copy-Item -LiteralPath (Join-Path -Path $PSScriptRoot -ChildPath 'scripts') -Destination $programFolder -Recurse -Force
  foreach ($name in 'atlas-agent.exe', 'uninstall.ps1') {
    Copy-Item -LiteralPath (Join-Path -Path $PSScriptRoot -ChildPath $name) -Destination $programFolder -Force
  }
}

function Register-Source {
  if (-not [System.Diagnostics.EventLog]::SourceExists('ATLAS')) { New-EventLog -LogName 'Application' -Source 'ATLAS' }
}

# Restarted a minute after it has failed, and looked after every quarter of an hour in case that was not enough.
function Register-Agent {
  $setting = @{
    ExecutionTimeLimit         = [TimeSpan]::Zero
    MultipleInstances          = 'IgnoreNew'
    RestartCount               = 255
    RestartInterval            = [TimeSpan]::FromMinutes(1)
    StartWhenAvailable         = $true
    AllowStartIfOnBatteries    = $true
    DontStopIfGoingOnBatteries = $true
    DontStopOnIdleEnd          = $true
  }
  $task = @{
    TaskName    = 'Agent'
    TaskPath    = '\ATLAS\'
    Description = 'ATLAS agent: calls the ATLAS server and carries out its signed commands.'
    Action      = New-ScheduledTaskAction -Execute $agentExe -Argument 'run'
    Principal   = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
    Settings    = New-ScheduledTaskSettingsSet @setting
    Trigger     = @(
      (New-ScheduledTaskTrigger -AtStartup),
      (New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval ([TimeSpan]::FromMinutes(15)))
    )
  }
  [void] (Register-ScheduledTask @task -Force)
  Start-ScheduledTask -TaskName 'Agent' -TaskPath '\ATLAS\'
}

function Assert-Wrapper {
  param([Parameter(Mandatory = $true)] [string] $Path)
  $found = Get-FileHash -LiteralPath $Path -Algorithm SHA256
  if ($ServiceWrapperSha256 -eq '' -or $found.Hash -ne $ServiceWrapperSha256) {
    throw "The service wrapper's SHA-256 is $($found.Hash), not the one that was given."
  }
}

function Register-Service {
  Copy-Item -LiteralPath $ServiceWrapper -Destination $wrapperExe -Force
  # What was copied, where only administrators can change it.
  Assert-Wrapper -Path $wrapperExe
  if ($null -ne (Get-ScheduledTask -TaskName 'Agent' -TaskPath '\ATLAS\' -ErrorAction Ignore)) {
    Unregister-ScheduledTask -TaskName 'Agent' -TaskPath '\ATLAS\' -Confirm:$false
  }
  $configuration = @(
    '<service>'
    '  <id>ATLAS</id>'
    '  <name>ATLAS agent</name>'
    '  <description>Calls the ATLAS server and carries out its signed commands.</description>'
    '  <executable>%BASE%\atlas-agent.exe</executable>'
    '  <arguments>run</arguments>'
    '  <onfailure action="restart" delay="60 sec"/>'
    '  <stoptimeout>30 sec</stoptimeout>'
    '  <log mode="none"/>'
    '</service>'
  )
  $configurationFile = Join-Path -Path $programFolder -ChildPath 'atlas-service.xml'
  Set-Content -LiteralPath $configurationFile -Value $configuration -Encoding UTF8
  if ($null -eq (Get-Service -Name 'ATLAS' -ErrorAction Ignore)) {
    $service = @{
      Name           = 'ATLAS'
      BinaryPathName = "`"$wrapperExe`""
      DisplayName    = 'ATLAS agent'
      StartupType    = 'Automatic'
    }
    [void] (New-Service @service)
  }
  Start-Service -Name 'ATLAS'
}

# Answers 0 or that an operator has to approve; anything else ends the installation.
function Join-Server {
  $arguments = @('enrol', '--data', $dataFolder)
  if ($ServerUrl -ne '') { $arguments += @('--server', $ServerUrl) }
  if ($Proxy -ne '') { $arguments += @('--proxy', $Proxy) }
  $secret = $Token
  if ($TokenFile -ne '') { $secret = [System.IO.File]::ReadAllText($TokenFile) }
  if ($secret -eq '') { $said = & $agentExe @arguments }
  else {
    # Through standard input: command lines can be seen by every user of this machine.
    $arguments += @('--token-file', '-')
    $said = $secret | & $agentExe @arguments
  }
  foreach ($line in @($said)) { Write-Step -Text $line }
  if ($LASTEXITCODE -ne 0 -and $LASTEXITCODE -ne $waitingForApproval) {
    throw "This host was not enrolled (exit code $LASTEXITCODE; atlas-agent --help lists them)."
  }
  $LASTEXITCODE
}

#endregion

Write-Step -Text 'Checking this server and the package ...'
Assert-Machine
Assert-Package
if ($ServerUrl -ne '') { Assert-Server -Url $ServerUrl }
if ($ServiceWrapper -ne '') { Assert-Wrapper -Path $ServiceWrapper }
Assert-NoWork
Write-Step -Text "Installing into $programFolder and $dataFolder ..."
Stop-Agent
Protect-Data
Copy-Program
Register-Source
Write-Step -Text 'Enrolling ...'
$ended = Join-Server
if ($ServiceWrapper -ne '') { Register-Service }
elseif ($null -ne (Get-Service -Name 'ATLAS' -ErrorAction Ignore)) { Start-Service -Name 'ATLAS' }
else { Register-Agent }
Write-Step -Text "Installed. To look at it: `"$agentExe`" status"
exit $ended
