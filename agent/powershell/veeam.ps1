# Asks Veeam Backup & Replication one thing and answers with one line of JSON. It runs in a process of its own,
# in the PowerShell that the installed module wants: 5.1 up to version 12, 7 from version 13 on. What the module
# says besides goes nowhere near the agent's document, and what hangs in it can be ended.
# Jobs that can be held: backup and replication jobs of virtual machines, and agent jobs. Copy, tape and
# SureBackup jobs don't touch the server: they have cmdlets of their own and are left alone.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'

# Of objects whose shape differs between versions.
function Get-Field {
  param([Parameter(Mandatory = $true)] $Of, [Parameter(Mandatory = $true)] [string] $Name)
  $found = $Of.PSObject.Properties[$Name]
  if ($null -eq $found) { $null } else { $found.Value }
}

function Get-NeededField {
  param([Parameter(Mandatory = $true)] $Of, [Parameter(Mandatory = $true)] [string] $Name)
  $value = Get-Field -Of $Of -Name $Name
  if ($null -eq $value) {
    $script:stage = 'backup.veeamShape'
    throw "$($Of.GetType().FullName) has no $Name in this version"
  }
  $value
}

# Two names of one machine. A short name and a full one may be; two different full ones never are.
function Test-SameHost {
  param([AllowNull()] [AllowEmptyString()] [string] $One, [Parameter(Mandatory = $true)] [string] $Other)
  if ([string]::IsNullOrEmpty($One)) { return $false }
  if ($One -eq $Other) { return $true }
  if ($One.Contains('.') -and $Other.Contains('.')) { return $false }
  $One.Split('.')[0] -eq $Other.Split('.')[0]
}

function Connect-ThisServer {
  $connection = @{ Server = 'localhost' }
  # From version 13 on; the certificate is this machine's own.
  $command = Get-Command -Name 'Connect-VBRServer'
  if ($command.Parameters.ContainsKey('ForceAcceptTlsCertificate')) {
    $connection['ForceAcceptTlsCertificate'] = $true
  }
  Connect-VBRServer @connection
}

# Restore points of a machine that could be restored from. Replicas are copies that run, no backups.
function Get-PointOf {
  param([Parameter(Mandatory = $true)] [string] $Target)
  $replicas = @(Get-VBRReplica | ForEach-Object { $_.Id.ToString() })
  # Points of agents are found with stars around the name alone.
  foreach ($point in @(Get-VBRRestorePoint -Name "*$($Target.Split('.')[0])*")) {
    $names = @('Name', 'VmName', 'Fqdn', 'DisplayName') | ForEach-Object { [string](Get-Field -Of $point -Name $_) }
    # An agent's point can be called by its job as well: `Job - machine`.
    $names = @($names) + @($names | ForEach-Object { ($_ -split ' - ')[-1] })
    $same = @($names | Where-Object { Test-SameHost -One $_ -Other $Target }).Count -gt 0
    $isReplica = $replicas -contains [string](Get-Field -Of $point -Name 'BackupId')
    $marks = @('IsCorrupted', 'IsRecheckCorrupted') | ForEach-Object { Get-Field -Of $point -Name $_ }
    if ($same -and -not $isReplica -and $marks -notcontains $true) { $point }
  }
}

function Get-PointTime {
  param([Parameter(Mandatory = $true)] $Point)
  $utc = Get-Field -Of $Point -Name 'CreationTimeUtc'
  if ($null -ne $utc -and $utc.Year -gt 2000) { [DateTime]::SpecifyKind($utc, 'Utc') }
  else { (Get-NeededField -Of $Point -Name 'CreationTime').ToUniversalTime() }
}

# Jobs of virtual machines and of agents, told by the cmdlets that know them.
function Get-HoldableJob {
  foreach ($job in @(Get-VBRJob -WarningAction SilentlyContinue)) {
    if (@('Backup', 'Replica') -contains (Get-NeededField -Of $job -Name 'JobType').ToString()) {
      @{ id = $job.Id.ToString(); name = [string]$job.Name; kind = 'machines'; job = $job }
    }
  }
  if ($null -eq (Get-Command -Name 'Get-VBRComputerBackupJob' -ErrorAction Ignore)) { return }
  foreach ($job in @(Get-VBRComputerBackupJob)) {
    @{ id = $job.Id.ToString(); name = [string]$job.Name; kind = 'agents'; job = $job }
  }
}

function Test-JobNames {
  param([Parameter(Mandatory = $true)] $Entry, [Parameter(Mandatory = $true)] [string] $Target)
  if ($Entry.kind -eq 'machines') {
    $objects = @(Get-VBRJobObject -Job $Entry.job | Where-Object { (Get-Field -Of $_ -Name 'IsIncluded') -ne $false })
  }
  else { $objects = @(Get-Field -Of $Entry.job -Name 'BackupObject' | Where-Object { $null -ne $_ }) }
  foreach ($object in $objects) {
    if (Test-SameHost -One ([string](Get-Field -Of $object -Name 'Name')) -Other $Target) { return $true }
  }
  $false
}

# A job can have the machine in it by a host, a group or a tag: then a backup of the last two weeks names the job.
function Get-JobOf {
  param([Parameter(Mandatory = $true)] [string] $Target, [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]] $Points)
  $since = [DateTime]::UtcNow.AddDays(-14)
  $recent = @($Points | Where-Object { (Get-PointTime -Point $_) -gt $since })
  $backups = @($recent | ForEach-Object { [string](Get-Field -Of $_ -Name 'BackupId') } | Sort-Object -Unique)
  $ids = @()
  $names = @()
  foreach ($backup in @(Get-VBRBackup | Where-Object { $backups -contains $_.Id.ToString() })) {
    $ids += [string](Get-Field -Of $backup -Name 'JobId')
    $names += ([string](Get-Field -Of $backup -Name 'JobName') -split ' - ')[0]
  }
  foreach ($entry in @(Get-HoldableJob)) {
    $isByBackup = $ids -contains $entry.id -or ($entry.kind -eq 'agents' -and $names -contains $entry.name)
    if ($isByBackup -or (Test-JobNames -Entry $entry -Target $Target)) { $entry }
  }
}

# Sorted by its beginning: a session that runs has ended in 1900.
function Test-JobRunning {
  param([Parameter(Mandatory = $true)] $Entry)
  if ($Entry.kind -eq 'machines') { return [bool](Get-NeededField -Of $Entry.job -Name 'IsRunning') }
  $sessions = @(Get-VBRComputerBackupJobSession -Name $Entry.name)
  $newest = @($sessions | Sort-Object -Property CreationTime -Descending | Select-Object -First 1)
  if ($newest.Count -eq 0) { return $false }
  @('Stopped', 'Idle') -notcontains (Get-NeededField -Of $newest[0] -Name 'State').ToString()
}

# When it begins next: `nextRunAt`, null where nothing is scheduled, and left out where that can't be told. Jobs of
# agents have a time or none (VBRJob, NextRun). Of a machine's job the schedule has a text, which Veeam describes
# nowhere: month first, in this server's time. Without one it may follow another job, or never rest.
function Get-NextRun {
  param([Parameter(Mandatory = $true)] $Entry)
  $of = $Entry.job
  if ($Entry.kind -eq 'machines') { $of = Get-Field -Of $Entry.job -Name 'ScheduleOptions' }
  if ($null -eq $of) { return @{} }
  $field = $of.PSObject.Properties['NextRun']
  if ($null -eq $field) { return @{} }
  if ($null -eq $field.Value -and $Entry.kind -eq 'agents') { return @{ nextRunAt = $null } }
  if ($field.Value -is [DateTime]) { return @{ nextRunAt = $field.Value.ToUniversalTime().ToString('o') } }
  $when = [DateTime]::MinValue
  $styles = [System.Globalization.DateTimeStyles]'AssumeLocal, AdjustToUniversal'
  $invariant = [System.Globalization.CultureInfo]::InvariantCulture
  if (-not [DateTime]::TryParseExact([string]$field.Value, 'MM/dd/yyyy HH:mm:ss', $invariant, $styles, [ref]$when)) {
    return @{}
  }
  @{ nextRunAt = $when.ToString('o') }
}

function Get-JobState {
  param([Parameter(Mandatory = $true)] $Entry)
  $field = 'IsScheduleEnabled'
  if ($Entry.kind -eq 'agents') { $field = 'JobEnabled' }
  $state = @{
    id      = $Entry.id
    name    = $Entry.name
    enabled = [bool](Get-NeededField -Of $Entry.job -Name $field)
    running = Test-JobRunning -Entry $Entry
  }
  $state + (Get-NextRun -Entry $Entry)
}

# Disabling never stops a session that runs.
function Set-Job {
  param([Parameter(Mandatory = $true)] $Entry, [Parameter(Mandatory = $true)] [bool] $Enabled)
  if ($Entry.kind -eq 'machines' -and $Enabled) { [void](Enable-VBRJob -Job $Entry.job) }
  elseif ($Entry.kind -eq 'machines') { [void](Disable-VBRJob -Job $Entry.job) }
  elseif ($Enabled) { [void](Enable-VBRComputerBackupJob -Job $Entry.job) }
  else { [void](Disable-VBRComputerBackupJob -Job $Entry.job) }
}

function Get-Named {
  param([Parameter(Mandatory = $true)] [AllowEmptyCollection()] [string[]] $Ids)
  @(Get-HoldableJob | Where-Object { $Ids -contains $_.id })
}

function Get-Answer {
  param([Parameter(Mandatory = $true)] $Asked)
  if ($Asked.ask -eq 'look') {
    $points = @(Get-PointOf -Target $Asked.target)
    $newest = $points | ForEach-Object { Get-PointTime -Point $_ } | Sort-Object -Descending | Select-Object -First 1
    $said = $null
    if ($null -ne $newest) { $said = $newest.ToString('o') }
    $jobs = @(Get-JobOf -Target $Asked.target -Points $points | ForEach-Object { Get-JobState -Entry $_ })
    return @{ newest = $said; jobs = $jobs }
  }
  if (@('enable', 'disable') -contains $Asked.ask) {
    foreach ($entry in @(Get-Named -Ids @($Asked.jobs))) { Set-Job -Entry $entry -Enabled ($Asked.ask -eq 'enable') }
  }
  # Read again: what was asked for isn't what is until Veeam says so.
  @{ newest = $null; jobs = @(Get-Named -Ids @($Asked.jobs) | ForEach-Object { Get-JobState -Entry $_ }) }
}

$stage = 'backup.moduleFailed'
$isConnected = $false
try {
  $asked = ConvertFrom-Json -InputObject $env:ATLAS_VEEAM_REQUEST
  Import-Module -Name $asked.module -DisableNameChecking
  $stage = 'backup.connectFailed'
  Connect-ThisServer
  $isConnected = $true
  $stage = 'backup.veeamFailed'
  $answer = @{ ok = $true; result = (Get-Answer -Asked $asked) }
}
catch {
  $answer = @{ ok = $false; code = $stage; message = $_.Exception.Message }
}
finally {
  if ($isConnected) { Disconnect-VBRServer }
}
# In ASCII alone: the console's code page can't change it.
$json = ConvertTo-Json -InputObject $answer -Depth 6 -Compress
$ascii = [regex]::Replace($json, '[^\x20-\x7E]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
[Console]::Out.WriteLine($ascii)
