# Checkpoints and power: of an empty machine that the lab makes, and of a guest that the user gave. Loaded by verify.ps1.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Lab.psm1')

$emptyName = 'atlas-lab-empty'

# Names of enumerations on which scripts decide: reflected from the module that is installed here.
function Test-AtlasLabNames {
  foreach ($relied in (Get-AtlasLabSchema).names) {
    $type = $relied.type -as [type]
    if ($null -eq $type) {
      Add-AtlasLabContract -Id $relied.id -Holds $false -Why "The module has no type $($relied.type)"
      continue
    }
    $there = @([enum]::GetNames($type))
    $missing = @($relied.names | Where-Object { $there -cnotcontains $_ })
    Add-AtlasLabContract -Id $relied.id -Holds ($missing.Count -eq 0) -Why "$($relied.type) has no $($missing -join ', ')"
  }
}

# A machine without a system: it runs, has no heartbeat, and nothing in it can make a production checkpoint.
function New-AtlasLabEmptyGuest {
  param([Parameter(Mandatory = $true)] [string] $Folder)
  $disk = Join-Path -Path $Folder -ChildPath "$emptyName.vhdx"
  [void] (New-VHD -Path $disk -SizeBytes 1073741824 -Dynamic)
  [void] (New-VM -Name $emptyName -Generation 2 -MemoryStartupBytes 536870912 -VHDPath $disk -Path $Folder)
  Set-VM -Name $emptyName -CheckpointType 'Production' -AutomaticStartAction 'Nothing' -AutomaticStopAction 'TurnOff'
}

# The lab's own machine alone is ever turned off.
function Stop-AtlasLabEmptyGuest {
  $vm = Get-VM | Where-Object { $_.Name -eq $emptyName }
  if ($null -ne $vm -and $vm.State.ToString() -ne 'Off') { Stop-VM -Name $emptyName -TurnOff -Force }
}

function Remove-AtlasLabEmptyGuest {
  param([Parameter(Mandatory = $true)] [string] $Folder)
  Stop-AtlasLabEmptyGuest
  $vm = Get-VM | Where-Object { $_.Name -eq $emptyName }
  if ($null -ne $vm) {
    Get-VMSnapshot -VMName $emptyName | Remove-VMSnapshot
    Wait-AtlasLabMerged -Name $emptyName
    Remove-VM -Name $emptyName -Force
  }
  foreach ($file in @(Get-ChildItem -LiteralPath $Folder -Filter "$emptyName*.*vhdx")) {
    Remove-Item -LiteralPath $file.FullName -Force
  }
}

function Wait-AtlasLabMerged {
  param([Parameter(Mandatory = $true)] [string] $Name)
  for ($tries = 0; $tries -lt 60; $tries++) {
    $files = @(Get-VMHardDiskDrive -VMName $Name | Where-Object { $_.Path -match '\.avhdx?$' })
    if ($files.Count -eq 0) { return }
    Start-Sleep -Seconds 2
  }
}

function Get-AtlasLabCheckpoint {
  param([Parameter(Mandatory = $true)] [string] $Name)
  Get-VMSnapshot -VMName $emptyName | Where-Object { $_.Name -eq $Name }
}

function Test-AtlasLabEmptyGuest {
  param([Parameter(Mandatory = $true)] [string] $Folder)
  New-AtlasLabEmptyGuest -Folder $Folder
  $asked = @{ vm = $emptyName }
  $started = Invoke-AtlasLabTask -Kind 'startVm' -Params $asked -TimeoutMs 60000
  $state = Get-AtlasLabField -Run $started -Name 'state'
  Confirm-AtlasLabSuccess -Id 'startVm.runs' -Run $started -Holds ($state -eq 'Running') -Why "It is $state"
  Test-AtlasLabFallBack
  $stopped = Invoke-AtlasLabTask -Kind 'stopVm' -Params $asked -TimeoutMs 420000
  Confirm-AtlasLabRefusal -Id 'stopVm.refusesWithoutSystem' -Run $stopped -Code @('hyperV.shutdownRefused', 'hyperV.guestDidNotStop')
  $after = (Get-VM -Name $emptyName).State.ToString()
  Add-AtlasLabContract -Id 'stopVm.neverTurnsOff' -Holds ($after -eq 'Running') -Why "It is $after after the refusal"
  Stop-AtlasLabEmptyGuest
  Test-AtlasLabOwnCheckpoint
  Test-AtlasLabNotReplicated
}

# Two facts that the checkpoint script stands on: ProductionOnly fails where Production would fall back, and a
# checkpoint with memory shows by its state.
function Test-AtlasLabFallBack {
  $made = Invoke-AtlasLabTask -Kind 'checkpoint' -Params @{ vm = $emptyName; name = 'atlas-lab-vss' } -TimeoutMs 600000
  Confirm-AtlasLabRefusal -Id 'checkpoint.failsInsteadOfFallingBack' -Run $made -Code 'hyperV.checkpointFailed'
  $setting = (Get-VM -Name $emptyName).CheckpointType.ToString()
  Add-AtlasLabContract -Id 'checkpoint.settingPutBack' -Holds ($setting -eq 'Production') -Why "The guest's setting is $setting, it was Production"
  Set-VM -Name $emptyName -CheckpointType 'Standard'
  Checkpoint-VM -Name $emptyName -SnapshotName 'atlas-lab-standard'
  $state = (Get-AtlasLabCheckpoint -Name 'atlas-lab-standard').State.ToString()
  Add-AtlasLabContract -Id 'checkpoint.memoryShowsByState' -Holds ($state -ne 'Off') -Why "A Standard checkpoint of a running guest is $state as well"
  $again = Invoke-AtlasLabTask -Kind 'checkpoint' -Params @{ vm = $emptyName; name = 'atlas-lab-standard' } -TimeoutMs 600000
  Confirm-AtlasLabRefusal -Id 'checkpoint.refusesStandard' -Run $again -Code 'hyperV.checkpointFellBack'
  Set-VM -Name $emptyName -CheckpointType 'Production'
  Wait-AtlasLabMerged -Name $emptyName
}

function Test-AtlasLabOwnCheckpoint {
  $asked = @{ vm = $emptyName; name = 'atlas-lab-1' }
  $made = Invoke-AtlasLabTask -Kind 'checkpoint' -Params $asked -TimeoutMs 600000
  $type = Get-AtlasLabField -Run $made -Name 'type'
  Confirm-AtlasLabSuccess -Id 'checkpoint.offline' -Run $made -Holds ($type -eq 'Offline') -Why "Its type is $type"
  $kind = @(Get-VMSnapshot -VMName $emptyName -SnapshotType 'Standard').Count
  Add-AtlasLabContract -Id 'checkpoint.countsAsStandardType' -Holds ($kind -eq 1) -Why "$kind checkpoints have SnapshotType Standard"
  $again = Invoke-AtlasLabTask -Kind 'checkpoint' -Params $asked -TimeoutMs 600000
  $same = (Get-AtlasLabField -Run $made -Name 'checkpointId') -eq (Get-AtlasLabField -Run $again -Name 'checkpointId')
  Confirm-AtlasLabSuccess -Id 'checkpoint.onceOnly' -Run $again -Holds $same -Why 'A second run made another one'
  Checkpoint-VM -Name $emptyName -SnapshotName 'by hand'
  $foreign = Invoke-AtlasLabTask -Kind 'removeCheckpoint' -Params @{ vm = $emptyName; name = 'by hand' }
  Confirm-AtlasLabRefusal -Id 'removeCheckpoint.leavesOthers' -Run $foreign -Code 'hyperV.notOurCheckpoint'
  # A machine that runs is put back without being shut down before.
  Start-VM -Name $emptyName
  $command = [guid]::NewGuid().ToString()
  $restored = Invoke-AtlasLabTask -Kind 'restoreCheckpoint' -Params $asked -TimeoutMs 90000 -CommandId $command
  $state = Get-AtlasLabField -Run $restored -Name 'state'
  Confirm-AtlasLabSuccess -Id 'restoreCheckpoint.startsAfterwards' -Run $restored -Holds ($state -eq 'Running') -Why "It is $state"
  $setting = (Get-VM -Name $emptyName).CheckpointType.ToString()
  Add-AtlasLabContract -Id 'restoreCheckpoint.settingKept' -Holds ($setting -eq 'Production') -Why "The guest's setting is $setting, it was Production"
  $twice = Invoke-AtlasLabTask -Kind 'restoreCheckpoint' -Params $asked -TimeoutMs 90000 -CommandId $command
  $same = (Get-AtlasLabField -Run $restored -Name 'restoredAt') -eq (Get-AtlasLabField -Run $twice -Name 'restoredAt')
  Confirm-AtlasLabSuccess -Id 'restoreCheckpoint.onceOnly' -Run $twice -Holds $same -Why 'A second run restored again'
  Stop-AtlasLabEmptyGuest
  $removed = Invoke-AtlasLabTask -Kind 'removeCheckpoint' -Params $asked -TimeoutMs 600000
  $merged = (Get-AtlasLabField -Run $removed -Name 'merged') -eq $true -and $null -eq (Get-AtlasLabCheckpoint -Name 'atlas-lab-1')
  Confirm-AtlasLabSuccess -Id 'removeCheckpoint.merges' -Run $removed -Holds $merged -Why 'It is still there, or not merged'
  $others = @(Get-AtlasLabCheckpoint -Name 'by hand').Count
  Add-AtlasLabContract -Id 'removeCheckpoint.removesItsOwn' -Holds ($others -eq 1) -Why 'The checkpoint made by hand is gone'
  Get-VMSnapshot -VMName $emptyName | Remove-VMSnapshot
  $gone = Invoke-AtlasLabTask -Kind 'removeCheckpoint' -Params $asked -TimeoutMs 600000
  $files = @(Get-VMHardDiskDrive -VMName $emptyName | Where-Object { $_.Path -match '\.avhdx?$' }).Count
  $told = (Get-AtlasLabField -Run $gone -Name 'merged') -eq ($files -eq 0)
  Confirm-AtlasLabSuccess -Id 'removeCheckpoint.seesMergeInChain' -Run $gone -Holds $told -Why "$files differencing files are in use"
}

function Test-AtlasLabNotReplicated {
  $asked = @{ vm = $emptyName }
  $read = Invoke-AtlasLabTask -Kind 'replicaState' -Params $asked
  $mode = Get-AtlasLabField -Run $read -Name 'mode'
  Confirm-AtlasLabSuccess -Id 'replicaState.notReplicated' -Run $read -Holds ($mode -eq 'None') -Why "Its mode is $mode"
  foreach ($kind in @('prepareFailover', 'cancelFailover')) {
    Confirm-AtlasLabRefusal -Id "$kind.refusesUnreplicated" -Run (Invoke-AtlasLabTask -Kind $kind -Params $asked) -Code 'hyperV.notReplicated'
  }
  $run = Invoke-AtlasLabTask -Kind 'failOver' -Params @{ vm = $emptyName; planned = $true }
  Confirm-AtlasLabRefusal -Id 'failOver.refusesUnreplicated' -Run $run -Code 'hyperV.notReplicated'
  $reverse = @{ vm = $emptyName; replicaServer = 'nowhere.invalid'; thumbprint = '0' * 40 }
  $run = Invoke-AtlasLabTask -Kind 'reverseReplication' -Params $reverse
  Confirm-AtlasLabRefusal -Id 'reverseReplication.refusesUnreplicated' -Run $run -Code 'hyperV.notReplicated'
  $run = Invoke-AtlasLabTask -Kind 'testFailover' -Params @{ vm = $emptyName; switchName = 'atlas-lab-private' }
  Confirm-AtlasLabRefusal -Id 'testFailover.refusesUnreplicated' -Run $run -Code 'hyperV.notReplica'
  $run = Invoke-AtlasLabTask -Kind 'cleanUpTestFailover' -Params $asked
  Confirm-AtlasLabSuccess -Id 'cleanUpTestFailover.nothingToDo' -Run $run
}

# With Windows and integration services inside: production checkpoints, shutdown and heartbeat are real.
function Test-AtlasLabGuest {
  param([AllowEmptyString()] [string] $Guest)
  if ([string]::IsNullOrEmpty($Guest)) {
    foreach ($id in @('startVm.heartbeat', 'stopVm.shutsDown', 'checkpoint.production', 'restoreCheckpoint.heartbeat')) {
      Add-AtlasLabGap -Id $id -Why 'No guest with a system in it was given: -Guest'
    }
    return
  }
  $asked = @{ vm = $Guest }
  $named = @{ vm = $Guest; name = 'atlas-lab-guest' }
  $started = Invoke-AtlasLabTask -Kind 'startVm' -Params $asked -TimeoutMs 900000
  $heartbeat = [string](Get-AtlasLabField -Run $started -Name 'heartbeat')
  Confirm-AtlasLabSuccess -Id 'startVm.heartbeat' -Run $started -Holds ($heartbeat -like 'Ok*') -Why "Its heartbeat is $heartbeat"
  $made = Invoke-AtlasLabTask -Kind 'checkpoint' -Params $named -TimeoutMs 1800000
  $type = Get-AtlasLabField -Run $made -Name 'type'
  Confirm-AtlasLabSuccess -Id 'checkpoint.production' -Run $made -Holds ($type -eq 'Production') -Why "Its type is $type"
  $restored = Invoke-AtlasLabTask -Kind 'restoreCheckpoint' -Params $named -TimeoutMs 1800000
  $heartbeat = [string](Get-AtlasLabField -Run $restored -Name 'heartbeat')
  Confirm-AtlasLabSuccess -Id 'restoreCheckpoint.heartbeat' -Run $restored -Holds ($heartbeat -like 'Ok*') -Why "Its heartbeat is $heartbeat"
  $removed = Invoke-AtlasLabTask -Kind 'removeCheckpoint' -Params $named -TimeoutMs 3600000
  $merged = (Get-AtlasLabField -Run $removed -Name 'merged') -eq $true
  Confirm-AtlasLabSuccess -Id 'removeCheckpoint.mergesWhileRunning' -Run $removed -Holds $merged -Why 'It was not merged within an hour'
  $stopped = Invoke-AtlasLabTask -Kind 'stopVm' -Params $asked -TimeoutMs 900000
  $state = (Get-VM -Name $Guest).State.ToString()
  Confirm-AtlasLabSuccess -Id 'stopVm.shutsDown' -Run $stopped -Holds ($state -eq 'Off') -Why "It is $state"
}
