# What the scripts on Hyper-V hosts share. Sequences and pitfalls: windows-workflows, sections 1 to 3 and 6.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# Virtual machine operational states in which Hyper-V itself works on the machine's files.
$busyStates = @(
  'ApplyingSnapshot', 'CreatingSnapshot', 'DeletingSnapshot', 'MergingDisks', 'ExportingVirtualMachine',
  'MigratingVirtualMachine', 'BackingUpVirtualMachine', 'ModifyingUpVirtualMachine',
  'StorageMigrationPhaseOne', 'StorageMigrationPhaseTwo'
)
$passingStates = @(
  'Starting', 'Stopping', 'Saving', 'Pausing', 'Resuming', 'Reset', 'FastSaving', 'ForceShutdown', 'ForceReboot'
)

# Every script on a host begins here: another product's module of the same cmdlet names must not answer.
function Import-AtlasHyperV {
  if (@(Get-Module -ListAvailable -Name 'Hyper-V').Count -eq 0) {
    throw (New-AtlasFailure -Code 'hyperV.moduleMissing' -Message 'The Hyper-V PowerShell module is not installed')
  }
  Import-Module -Name 'Hyper-V' -Global
  $service = Get-Service -Name 'vmms' -ErrorAction Ignore
  if ($null -eq $service -or $service.Status.ToString() -ne 'Running') {
    throw (New-AtlasFailure -Code 'hyperV.notRunning' -Message 'The virtual machine management service does not run')
  }
}

# Whether there is time to wait for anything more: the answer itself needs some.
function Test-AtlasTimeLeft {
  (Get-AtlasTimeLeft) -gt 20000
}

# By its exact name, else by a host name's first label. Brackets and stars are part of a name here, no pattern.
function Get-AtlasGuest {
  param([Parameter(Mandatory = $true)] [string] $Name)
  $found = @(Get-VM | Where-Object { $_.Name -eq $Name })
  if ($found.Count -eq 0) { $found = @(Get-VM | Where-Object { $_.Name -eq $Name.Split('.')[0] }) }
  if ($found.Count -eq 0) {
    throw (New-AtlasFailure -Code 'hyperV.guestNotFound' -Message "No virtual machine is named $Name")
  }
  if ($found.Count -gt 1) {
    throw (New-AtlasFailure -Code 'hyperV.guestAmbiguous' -Message "$($found.Count) virtual machines are named $Name")
  }
  $found[0]
}

# The machine as it is now: what was read before goes stale.
function Get-AtlasGuestAgain {
  param([Parameter(Mandatory = $true)] $Guest)
  Get-VM -Id $Guest.Id
}

function Test-AtlasGuestBusy {
  param([Parameter(Mandatory = $true)] $Guest)
  $now = Get-AtlasGuestAgain -Guest $Guest
  if ($passingStates -contains $now.State.ToString()) { return $true }
  foreach ($status in @($now.OperationalStatus)) {
    if ($busyStates -contains $status.ToString()) { return $true }
  }
  $false
}

# A checkpoint, a backup or a merge under way is waited for, never disturbed.
function Wait-AtlasGuestIdle {
  param([Parameter(Mandatory = $true)] $Guest)
  while (Test-AtlasGuestBusy -Guest $Guest) {
    if (-not (Test-AtlasTimeLeft)) {
      $now = Get-AtlasGuestAgain -Guest $Guest
      $said = (@($now.OperationalStatus) | ForEach-Object { $_.ToString() }) -join ', '
      throw (New-AtlasFailure -Code 'hyperV.guestBusy' -Message "$($now.Name) is $($now.State): $said")
    }
    Start-Sleep -Seconds 5
  }
}

# Files of a disk from the one in use down to its base. Empty for a pass-through disk.
function Get-AtlasDiskChain {
  param([Parameter(Mandatory = $true)] [AllowEmptyString()] [AllowNull()] [string] $Path)
  $chain = @()
  $next = $Path
  while (-not [string]::IsNullOrEmpty($next)) {
    $disk = Get-VHD -Path $next
    $chain += $disk
    $next = $disk.ParentPath
    if ($chain.Count -gt 200) {
      throw (New-AtlasFailure -Code 'hyperV.diskChainEndless' -Message "The chain of $Path has more than 200 files")
    }
  }
  $chain
}

# Checkpoints between the machine's present state and its base: as many differencing files may a disk have.
function Get-AtlasCheckpointDepth {
  param([Parameter(Mandatory = $true)] $Guest)
  $now = Get-AtlasGuestAgain -Guest $Guest
  $all = @(Get-VMSnapshot -VM $now)
  $depth = 0
  $next = $now.ParentSnapshotId
  while ($null -ne $next) {
    $wanted = $next.ToString()
    $parent = @($all | Where-Object { $_.Id.ToString() -eq $wanted })
    if ($parent.Count -eq 0) { break }
    $depth += 1
    $next = $parent[0].ParentSnapshotId
  }
  $depth
}

# Differencing files beyond what the remaining checkpoints explain: a merge that is not over.
function Get-AtlasUnmergedFile {
  param([Parameter(Mandatory = $true)] $Guest)
  $depth = Get-AtlasCheckpointDepth -Guest $Guest
  foreach ($drive in @(Get-VMHardDiskDrive -VM $Guest)) {
    $differencing = @(Get-AtlasDiskChain -Path $drive.Path | Where-Object { $_.Path -match '\.avhdx?$' })
    if ($differencing.Count -gt $depth) { $differencing | Select-Object -First ($differencing.Count - $depth) | ForEach-Object { $_.Path } }
  }
}

# Only ATLAS's own, by the whole name: what a backup or an administrator left looks the same otherwise.
function Get-AtlasOwnCheckpoint {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] [string] $Name
  )
  if ($Name -notmatch '^atlas-[A-Za-z0-9._-]{1,200}$') {
    throw (New-AtlasFailure -Code 'hyperV.notOurCheckpoint' -Message "$Name is not the name of a checkpoint of ATLAS")
  }
  @(Get-VMSnapshot -VM $Guest -SnapshotType 'Standard' | Where-Object { $_.Name -ceq $Name })
}

# The guest's own setting is noted before it is changed, and put back from the note: by the same run, or by the
# next one where that was killed in between.
function Save-AtlasCheckpointType {
  param([Parameter(Mandatory = $true)] $Guest)
  $note = @{ vm = $Guest.Name; checkpointType = $Guest.CheckpointType.ToString() }
  Save-AtlasState -Name "checkpointType-$($Guest.Id)" -Value $note
}

function Restore-AtlasCheckpointType {
  param([Parameter(Mandatory = $true)] $Guest)
  $note = "checkpointType-$($Guest.Id)"
  $kept = Read-AtlasState -Name $note
  if ($null -eq $kept) { return }
  Set-VM -VM $Guest -CheckpointType $kept.checkpointType
  Clear-AtlasState -Name $note
}

# Bytes free on the volume that holds a file. Fails for what has no volume here, such as a share.
function Get-AtlasVolumeOf {
  param([Parameter(Mandatory = $true)] [string] $Path)
  $volume = $null
  if ($Path -notlike '\\*') { $volume = Get-Volume -FilePath $Path -ErrorAction SilentlyContinue }
  if ($null -eq $volume) {
    throw (New-AtlasFailure -Code 'hyperV.diskSpaceUnknown' -Message "How much is free where $Path lies can't be told")
  }
  @{ id = [string]$volume.UniqueId; freeBytes = [long]$volume.SizeRemaining; sizeBytes = [long]$volume.Size }
}

function Get-AtlasPower {
  param([Parameter(Mandatory = $true)] $Guest)
  $now = Get-AtlasGuestAgain -Guest $Guest
  $heartbeat = 'Unknown'
  if ($null -ne $now.Heartbeat) { $heartbeat = $now.Heartbeat.ToString() }
  @{
    state         = $now.State.ToString()
    heartbeat     = $heartbeat
    uptimeSeconds = [long][math]::Floor($now.Uptime.TotalSeconds)
  }
}

# Starts what does not run and waits until the guest answers. A guest that never answers is told, not judged.
function Start-AtlasGuest {
  param([Parameter(Mandatory = $true)] $Guest)
  $power = Get-AtlasPower -Guest $Guest
  if ($power.state -ne 'Running') { Start-VM -VM $Guest }
  $power = Get-AtlasPower -Guest $Guest
  while ($power.heartbeat -notlike 'Ok*' -and (Test-AtlasTimeLeft)) {
    Write-AtlasProgress -Percent 90 -Text "$($Guest.Name): $($power.state), heartbeat $($power.heartbeat)"
    Start-Sleep -Seconds 5
    $power = Get-AtlasPower -Guest $Guest
  }
  if ($power.state -ne 'Running') {
    throw (New-AtlasFailure -Code 'hyperV.guestDidNotStart' -Message "$($Guest.Name) is $($power.state)")
  }
  $power
}

function Test-AtlasReplicated {
  param([Parameter(Mandatory = $true)] $Guest)
  (Get-AtlasGuestAgain -Guest $Guest).ReplicationMode.ToString() -ne 'None'
}

# The relationship with the next host. Where there is a third one, its relationship comes beside.
function Get-AtlasRelationship {
  param([Parameter(Mandatory = $true)] $Guest)
  if (-not (Test-AtlasReplicated -Guest $Guest)) {
    throw (New-AtlasFailure -Code 'hyperV.notReplicated' -Message "$($Guest.Name) is not replicated")
  }
  $all = @(Get-VMReplication -VM (Get-AtlasGuestAgain -Guest $Guest))
  $simple = @($all | Where-Object { $_.ReplicationRelationshipType.ToString() -eq 'Simple' })
  if ($simple.Count -gt 0) { $simple[0] } else { $all[0] }
}

function Test-AtlasExtended {
  param([Parameter(Mandatory = $true)] $Guest)
  $all = @(Get-VMReplication -VM (Get-AtlasGuestAgain -Guest $Guest))
  @($all | Where-Object { $_.ReplicationRelationshipType.ToString() -eq 'Extended' }).Count -gt 0
}

# A relationship as the document tells it: names, never the module's or WMI's numbers, which differ.
function Get-AtlasReplica {
  param([Parameter(Mandatory = $true)] $Guest)
  $now = Get-AtlasGuestAgain -Guest $Guest
  $told = @{
    vm                = $now.Name
    mode              = 'None'
    state             = 'Disabled'
    health            = 'NotApplicable'
    power             = $now.State.ToString()
    primaryServer     = ''
    replicaServer     = ''
    lastReplicationAt = $null
    pendingBytes      = $null
    testVm            = $null
    extended          = $false
  }
  if (-not (Test-AtlasReplicated -Guest $now)) { return $told }
  $relationship = Get-AtlasRelationship -Guest $now
  $told.mode = $relationship.ReplicationMode.ToString()
  $told.state = $relationship.ReplicationState.ToString()
  $told.health = $relationship.ReplicationHealth.ToString()
  $told.primaryServer = [string]$relationship.PrimaryServerName
  $told.replicaServer = [string]$relationship.ReplicaServerName
  if ($null -ne $relationship.LastReplicationTime) {
    $told.lastReplicationAt = ConvertTo-AtlasTime -Time $relationship.LastReplicationTime
  }
  if ($null -ne $relationship.TestVirtualMachine) { $told.testVm = $relationship.TestVirtualMachine.Name }
  $told.extended = Test-AtlasExtended -Guest $now
  # Statistics only: where they can't be read they stay unknown.
  $measured = @(Measure-VMReplication -VM $now -ErrorAction SilentlyContinue)
  if ($measured.Count -gt 0) { $told.pendingBytes = [long]$measured[0].PendingReplicationSize }
  $told
}

# Waits for one of some replication states; answers the document, whatever the state is when the time is up.
function Wait-AtlasReplicaState {
  param(
    [Parameter(Mandatory = $true)] $Guest,
    [Parameter(Mandatory = $true)] [string[]] $State
  )
  $replica = Get-AtlasReplica -Guest $Guest
  while ($State -notcontains $replica.state -and (Test-AtlasTimeLeft)) {
    Write-AtlasProgress -Percent 50 -Text "$($Guest.Name): $($replica.mode), $($replica.state)"
    Start-Sleep -Seconds 5
    $replica = Get-AtlasReplica -Guest $Guest
  }
  $replica
}

# Each host tests with its own certificate. What the other one answers is in the machine's language.
function Test-AtlasConnection {
  param(
    [Parameter(Mandatory = $true)] [string] $Server,
    [Parameter(Mandatory = $true)] [int] $Port,
    [Parameter(Mandatory = $true)] [string] $Authentication,
    [AllowEmptyString()] [string] $Thumbprint = ''
  )
  $connection = @{ ReplicaServerName = $Server; ReplicaServerPort = $Port; AuthenticationType = $Authentication }
  if ($Authentication -eq 'Certificate') { $connection['CertificateThumbprint'] = $Thumbprint }
  try {
    [void](Test-VMReplicationConnection @connection)
  }
  catch {
    throw (New-AtlasFailure -Code 'hyperV.replicaUnreachable' -Message $_.Exception.Message)
  }
}

# What no planned step may meet: a cluster's machine, a third host, a test under way.
function Assert-AtlasFailoverPossible {
  param([Parameter(Mandatory = $true)] $Guest)
  if ($Guest.IsClustered) {
    $why = "$($Guest.Name) belongs to a cluster, which fails over by itself"
    throw (New-AtlasFailure -Code 'hyperV.clustered' -Message $why)
  }
  $replica = Get-AtlasReplica -Guest $Guest
  if ($replica.mode -eq 'None') {
    throw (New-AtlasFailure -Code 'hyperV.notReplicated' -Message "$($Guest.Name) is not replicated")
  }
  if ($replica.extended) {
    throw (New-AtlasFailure -Code 'hyperV.extendedReplication' -Message "$($Guest.Name) is replicated to a third host")
  }
  if ($null -ne $replica.testVm) {
    throw (New-AtlasFailure -Code 'hyperV.testFailoverActive' -Message "A test failover runs: $($replica.testVm)")
  }
  $replica
}

Export-ModuleMember -Function '*-Atlas*'
