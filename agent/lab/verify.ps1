# The lab kit: tries every script of the agent on a throw-away server and writes what the server confirmed or
# broke. It has never run on Windows itself: its first run is also its own test. How to run it: README.md.
#
# Without -Go it says what it would do, and does nothing. With -Go it asks nothing any more. Run as an
# administrator it starts itself again as SYSTEM, by a scheduled task, as the agent runs.
param(
  # Do what the plan says.
  [switch] $Go,
  # Empty folder for the lab's own machine, its state and the evidence.
  [string] $Folder = 'C:\atlas-lab',
  # Names of the only machines of this host that may be touched beside the lab's own.
  [string[]] $OnlyTouch = @(),
  # One of them: Windows inside, with integration services. It is started, restored and shut down.
  [string] $Guest = '',
  # One of them: replicated between two lab hosts.
  [string] $ReplicaGuest = '',
  # On its primary host: leave it prepared, so that the other host can fail it over and reverse.
  [switch] $LeavePrepared,
  # On its replica host, after that: this host's certificate and the other host's full name.
  [string] $ReverseTo = '',
  [string] $Thumbprint = '',
  # A server whose backup jobs may be disabled for some minutes.
  [string] $BackupTarget = '',
  # Id of an update (as scan tells it) to fetch and install; or, after its restart, to take off.
  [string] $Update = '',
  [string] $Uninstall = '',
  # Restart this host at the end, by the agent's own script, and go on after it.
  [switch] $Restart,
  # Its own second part. Not for people.
  [switch] $AsPlanned
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Lab.psm1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'server.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'guests.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'replication.ps1')
. (Join-Path -Path $PSScriptRoot -ChildPath 'backups.ps1')

$taskName = 'ATLAS lab'
# A backslash before the quotation mark would take it into the path.
$Folder = $Folder.TrimEnd('\')
$planFile = Join-Path -Path $Folder -ChildPath 'plan.json'
$progressFile = Join-Path -Path $Folder -ChildPath 'progress.json'
$evidenceFile = Join-Path -Path $Folder -ChildPath 'evidence.json'
$logFile = Join-Path -Path $Folder -ChildPath 'lab.log'

function Test-HyperVHere {
  @(Get-Module -ListAvailable -Name 'Hyper-V').Count -gt 0 -and $null -ne (Get-Service -Name 'vmms' -ErrorAction Ignore)
}

# What would make a production host of this one, or a plan that can't be carried out. Empty is good.
function Get-Objection {
  $named = @($Guest, $ReplicaGuest | Where-Object { $_ -ne '' })
  foreach ($one in $named) {
    if ($OnlyTouch -notcontains $one) { "$one is to be used, but -OnlyTouch doesn't name it" }
  }
  if (($ReverseTo -eq '') -ne ($Thumbprint -eq '')) { '-ReverseTo and -Thumbprint belong together' }
  if (($named.Count -gt 0 -or $OnlyTouch.Count -gt 0) -and -not (Test-HyperVHere)) { 'Hyper-V is not here' }
  if (-not (Test-HyperVHere)) { return }
  $there = @(Get-VM | ForEach-Object { $_.Name })
  foreach ($one in $OnlyTouch) {
    if ($there -notcontains $one) { "No machine is named $one" }
  }
  $others = @($there | Where-Object { $OnlyTouch -notcontains $_ -and $_ -notlike 'atlas-lab-*' })
  if ($others.Count -gt 0 -and $OnlyTouch.Count -eq 0) {
    "This host has machines: $($others -join ', '). On a throw-away host, -OnlyTouch names those that may be touched"
  }
  if ($others.Count -gt 0 -and $Restart) { "-Restart would take these down: $($others -join ', ')" }
}

function Write-Plan {
  Write-AtlasLabLine -Text "Plan for $env:COMPUTERNAME, in ${Folder}:"
  Write-AtlasLabLine -Text '  read: inspect, scan, verify, probe; refusals of drain and undrain where this is no session host'
  if (Test-HyperVHere) {
    Write-AtlasLabLine -Text '  make atlas-lab-empty (1 GiB disk, 512 MiB), check it, remove it: start, stop, checkpoints, replication'
  }
  if ($Guest -ne '') { Write-AtlasLabLine -Text "  ${Guest}: start, checkpoint, RESTORE, remove, shut down" }
  if ($ReplicaGuest -ne '') { Write-AtlasLabLine -Text "  ${ReplicaGuest}: failover of the host's own side, test failover, undone again" }
  if ($LeavePrepared) { Write-AtlasLabLine -Text "  ${ReplicaGuest}: left prepared for failover" }
  if ($ReverseTo -ne '') { Write-AtlasLabLine -Text "  ${ReplicaGuest}: fails over to this host and replicates to $ReverseTo; not undone" }
  if ($BackupTarget -ne '') { Write-AtlasLabLine -Text "  backup jobs around ${BackupTarget}: disabled, enabled again" }
  if ($Update -ne '') { Write-AtlasLabLine -Text "  update ${Update}: downloaded, installed" }
  if ($Uninstall -ne '') { Write-AtlasLabLine -Text "  update ${Uninstall}: taken off" }
  if ($Restart) { Write-AtlasLabLine -Text '  restart this host at the end' }
}

function Save-Json {
  param([Parameter(Mandatory = $true)] [string] $Path, [Parameter(Mandatory = $true)] $Value)
  $json = ConvertTo-Json -InputObject $Value -Depth 8
  [System.IO.File]::WriteAllText($Path, $json, [System.Text.UTF8Encoding]::new($false))
}

function Read-Json {
  param([Parameter(Mandatory = $true)] [string] $Path)
  ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($Path))
}

function Save-Plan {
  [void] [System.IO.Directory]::CreateDirectory($Folder)
  foreach ($old in @($evidenceFile, $progressFile, $logFile)) {
    if (Test-Path -LiteralPath $old) { Remove-Item -LiteralPath $old -Force }
  }
  Save-Json -Path $planFile -Value ([ordered]@{
      guest         = $Guest
      replicaGuest  = $ReplicaGuest
      leavePrepared = [bool]$LeavePrepared
      reverseTo     = $ReverseTo
      thumbprint    = $Thumbprint
      backupTarget  = $BackupTarget
      update        = $Update
      uninstall     = $Uninstall
      restart       = [bool]$Restart
    })
}

# At every start-up too: after the restart that the plan asks for it goes on by itself.
function Start-AsSystem {
  $engine = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
  $file = Join-Path -Path $PSScriptRoot -ChildPath 'verify.ps1'
  $arguments = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$file`" -AsPlanned -Folder `"$Folder`""
  $action = New-ScheduledTaskAction -Execute $engine -Argument $arguments
  $trigger = New-ScheduledTaskTrigger -AtStartup
  $principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType 'ServiceAccount' -RunLevel 'Highest'
  $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -AllowStartIfOnBatteries
  $task = @{ TaskName = $taskName; Action = $action; Trigger = $trigger; Principal = $principal; Settings = $settings }
  [void] (Register-ScheduledTask @task -Force)
  Start-ScheduledTask -TaskName $taskName
  Write-AtlasLabLine -Text "It runs as SYSTEM now: $logFile tells how far it is, $evidenceFile what it found"
}

# What was installed and what ran, so that evidence can be told from that of another build or other scripts.
function Get-Surroundings {
  $os = Get-CimInstance -ClassName Win32_OperatingSystem
  $current = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
  $modules = @(foreach ($name in @('Hyper-V', 'WindowsServerBackup', 'RemoteDesktop', 'Veeam.Backup.PowerShell')) {
      Get-Module -ListAvailable -Name $name | ForEach-Object { @{ name = $_.Name; version = $_.Version.ToString() } }
    })
  @{
    os         = @{
      name         = $os.Caption
      build        = "$($os.Version).$($current.UBR)"
      language     = [System.Globalization.CultureInfo]::InstalledUICulture.Name
      installation = [string]$current.InstallationType
    }
    powerShell = $PSVersionTable.PSVersion.ToString()
    modules    = $modules
    asSystem   = [System.Security.Principal.WindowsIdentity]::GetCurrent().IsSystem
  }
}

function Get-ScriptHash {
  $agentFolder = Split-Path -Path $PSScriptRoot -Parent
  $hashes = [ordered]@{}
  foreach ($part in @('powershell', 'tasks')) {
    $root = Join-Path -Path $agentFolder -ChildPath $part
    foreach ($file in @(Get-ChildItem -LiteralPath $root -Recurse | Where-Object { $_.Name -match '\.psm?1$' })) {
      $name = $file.FullName.Substring($agentFolder.Length + 1).Replace('\', '/')
      $hashes[$name] = (Get-FileHash -LiteralPath $file.FullName -Algorithm 'SHA256').Hash.ToLowerInvariant()
    }
  }
  $hashes
}

# One part that fails breaks none of the others; what it left is said.
function Save-Breakage {
  param([Parameter(Mandatory = $true)] [string] $Id, [Parameter(Mandatory = $true)] $ErrorRecord)
  $where = "$($ErrorRecord.InvocationInfo.ScriptName):$($ErrorRecord.InvocationInfo.ScriptLineNumber)"
  Add-AtlasLabContract -Id $Id -Holds $false -Why "The lab itself failed at ${where}: $($ErrorRecord.Exception.Message)"
}

function Invoke-Part {
  param([Parameter(Mandatory = $true)] $Plan)
  try { Test-AtlasLabServer }
  catch { Save-Breakage -Id 'inspect.lab' -ErrorRecord $_ }
  try { Test-AtlasLabBackup -Target $Plan.backupTarget }
  catch { Save-Breakage -Id 'holdJobs.lab' -ErrorRecord $_ }
  try { Test-AtlasLabRepair }
  catch { Save-Breakage -Id 'repair.lab' -ErrorRecord $_ }
  try {
    Test-AtlasLabUpdate -Update $Plan.update
    Test-AtlasLabUninstall -Update $Plan.uninstall
  }
  catch { Save-Breakage -Id 'install.lab' -ErrorRecord $_ }
  if (Test-HyperVHere) { Invoke-HyperVPart -Plan $Plan }
}

function Invoke-HyperVPart {
  param([Parameter(Mandatory = $true)] $Plan)
  Import-Module -Name 'Hyper-V' -Global
  try { Test-AtlasLabNames }
  catch { Save-Breakage -Id 'replicaState.lab' -ErrorRecord $_ }
  try {
    Remove-AtlasLabEmptyGuest -Folder $Folder
    Test-AtlasLabEmptyGuest -Folder $Folder
  }
  catch { Save-Breakage -Id 'checkpoint.lab' -ErrorRecord $_ }
  try { Remove-AtlasLabEmptyGuest -Folder $Folder }
  catch { Add-AtlasLabLeftover -Text "atlas-lab-empty and its disk in ${Folder}: $($_.Exception.Message)" }
  try { Test-AtlasLabGuest -Guest $Plan.guest }
  catch { Save-Breakage -Id 'restoreCheckpoint.lab' -ErrorRecord $_ }
  try { Test-AtlasLabReplication -Plan $Plan }
  catch { Save-Breakage -Id 'failOver.lab' -ErrorRecord $_ }
}

# The agent's script answers before the machine goes down; that it went down is seen by the next start.
function Invoke-Restart {
  param([Parameter(Mandatory = $true)] [string] $StartedAt)
  $run = Invoke-AtlasLabTask -Kind 'reboot' -Params @{ reason = 'ATLAS lab' } -TimeoutMs 300000
  Confirm-AtlasLabSuccess -Id 'reboot.answersFirst' -Run $run
  if ($run.outcome -ne 'succeeded') { return $false }
  $before = Get-AtlasLabField -Run $run -Name 'bootedBefore'
  Save-Json -Path $progressFile -Value ([ordered]@{
      startedAt    = $StartedAt
      bootedBefore = $before
      contracts    = @(Get-AtlasLabContract)
      left         = @(Get-AtlasLabLeftover)
    })
  $true
}

function Confirm-Restarted {
  param([Parameter(Mandatory = $true)] $Progress)
  $booted = (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime.ToUniversalTime()
  $holds = $booted -gt [DateTime]::Parse($Progress.bootedBefore).ToUniversalTime()
  Add-AtlasLabContract -Id 'reboot.boots' -Holds $holds -Why "It booted at $($booted.ToString('o')), before that at $($Progress.bootedBefore)"
}

function Save-Evidence {
  param([Parameter(Mandatory = $true)] [string] $StartedAt)
  $around = Get-Surroundings
  $evidence = [ordered]@{
    version    = 1
    id         = [guid]::NewGuid().ToString()
    host       = $env:COMPUTERNAME
    os         = $around.os
    powerShell = $around.powerShell
    asSystem   = $around.asSystem
    modules    = @($around.modules)
    startedAt  = $StartedAt
    endedAt    = [DateTime]::UtcNow.ToString('o')
    scripts    = Get-ScriptHash
    contracts  = @(Get-AtlasLabContract)
    left       = @(Get-AtlasLabLeftover)
  }
  Save-Json -Path $evidenceFile -Value $evidence
  $wrong = @(Test-AtlasLabDocument -Schema (Get-AtlasLabSchema).evidence -Value (Read-Json -Path $evidenceFile))
  foreach ($one in $wrong) { Write-AtlasLabLine -Text "The evidence itself is malformed: $one" }
  $counts = $evidence.contracts | Group-Object -Property { $_.verdict } | ForEach-Object { "$($_.Count) $($_.Name)" }
  Write-AtlasLabLine -Text "Evidence in ${evidenceFile}: $($counts -join ', ')"
}

# As SYSTEM: the plan, or what is left of it after the restart. Its task is gone when the evidence is there.
function Invoke-Plan {
  $isAfterRestart = Test-Path -LiteralPath $progressFile
  $startedAt = [DateTime]::UtcNow.ToString('o')
  $plan = Read-Json -Path $planFile
  $goesDown = $false
  if ($isAfterRestart) {
    $progress = Read-Json -Path $progressFile
    $startedAt = $progress.startedAt
    Import-AtlasLabProgress -Contracts @($progress.contracts) -Left @($progress.left)
    Confirm-Restarted -Progress $progress
  }
  else {
    Invoke-Part -Plan $plan
    if ($plan.restart) { $goesDown = Invoke-Restart -StartedAt $startedAt }
    else { Add-AtlasLabGap -Id 'reboot.boots' -Why 'The host was not to be restarted: -Restart' }
  }
  if ($goesDown) { return }
  Save-Evidence -StartedAt $startedAt
  Get-ScheduledTask -TaskName $taskName -ErrorAction Ignore | Unregister-ScheduledTask -Confirm:$false
}

if ($AsPlanned) {
  Set-AtlasLabLog -Path $logFile
  Invoke-Plan
  exit 0
}
$objections = @(Get-Objection)
Write-Plan
foreach ($objection in $objections) { Write-AtlasLabLine -Text "REFUSED: $objection" }
if ($objections.Count -gt 0) { exit 2 }
if (-not $Go) {
  Write-AtlasLabLine -Text 'Nothing was done: -Go does it, and asks nothing any more'
  exit 0
}
Save-Plan
Start-AsSystem
