# The failover family, on a throw-away guest that is replicated between two lab hosts: each host tries its own
# part by itself, and undoes it. Loaded by verify.ps1.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Lab.psm1')

$switchName = 'atlas-lab-private'

function Test-AtlasLabReplication {
  param([Parameter(Mandatory = $true)] $Plan)
  $guest = [string]$Plan.replicaGuest
  if ([string]::IsNullOrEmpty($guest)) {
    foreach ($kind in @('prepareFailover', 'failOver', 'reverseReplication', 'cancelFailover', 'testFailover', 'cleanUpTestFailover')) {
      Add-AtlasLabGap -Id "$kind.replicated" -Why 'No replicated guest was given: -ReplicaGuest'
    }
    return
  }
  $read = Invoke-AtlasLabTask -Kind 'replicaState' -Params @{ vm = $guest }
  $mode = [string](Get-AtlasLabField -Run $read -Name 'mode')
  $holds = @('Primary', 'Replica') -contains $mode
  Confirm-AtlasLabSuccess -Id 'replicaState.replicated' -Run $read -Holds $holds -Why "Its mode is $mode"
  if ($mode -eq 'Primary') { Test-AtlasLabPrimary -Guest $guest -LeavePrepared ([bool]$Plan.leavePrepared) }
  if ($mode -eq 'Replica') { Test-AtlasLabReplica -Guest $guest -Plan $Plan }
}

function Confirm-AtlasLabPlace {
  param(
    [Parameter(Mandatory = $true)] [string] $Id,
    [Parameter(Mandatory = $true)] $Run,
    [Parameter(Mandatory = $true)] [string] $Mode,
    [Parameter(Mandatory = $true)] [string] $State
  )
  $is = "$(Get-AtlasLabField -Run $Run -Name 'mode')/$(Get-AtlasLabField -Run $Run -Name 'state')"
  Confirm-AtlasLabSuccess -Id $Id -Run $Run -Holds ($is -eq "$Mode/$State") -Why "It is $is, not $Mode/$State"
}

function Test-AtlasLabPrimary {
  param([Parameter(Mandatory = $true)] [string] $Guest, [Parameter(Mandatory = $true)] [bool] $LeavePrepared)
  $asked = @{ vm = $Guest }
  $started = Invoke-AtlasLabTask -Kind 'startVm' -Params $asked -TimeoutMs 900000
  Confirm-AtlasLabSuccess -Id 'startVm.primary' -Run $started
  Confirm-AtlasLabRefusal -Id 'prepareFailover.refusesRunning' -Run (Invoke-AtlasLabTask -Kind 'prepareFailover' -Params $asked) -Code 'hyperV.guestNotOff'
  Confirm-AtlasLabSuccess -Id 'stopVm.primary' -Run (Invoke-AtlasLabTask -Kind 'stopVm' -Params $asked -TimeoutMs 900000)
  foreach ($id in @('prepareFailover.replicated', 'prepareFailover.again')) {
    $run = Invoke-AtlasLabTask -Kind 'prepareFailover' -Params $asked -TimeoutMs 1800000
    Confirm-AtlasLabPlace -Id $id -Run $run -Mode 'Primary' -State 'PreparedForFailover'
  }
  Confirm-AtlasLabRefusal -Id 'startVm.refusesPrepared' -Run (Invoke-AtlasLabTask -Kind 'startVm' -Params $asked) -Code 'hyperV.failedOverElsewhere'
  if ($LeavePrepared) {
    Add-AtlasLabLeftover -Text "$Guest is prepared for failover, as asked for: fail it over on the other host, or cancel"
    return
  }
  foreach ($id in @('cancelFailover.prepared', 'cancelFailover.again')) {
    $run = Invoke-AtlasLabTask -Kind 'cancelFailover' -Params $asked -TimeoutMs 1800000
    Confirm-AtlasLabPlace -Id $id -Run $run -Mode 'Primary' -State 'Replicating'
  }
  Confirm-AtlasLabSuccess -Id 'startVm.afterCancel' -Run (Invoke-AtlasLabTask -Kind 'startVm' -Params $asked -TimeoutMs 900000)
}

function Test-AtlasLabReplica {
  param([Parameter(Mandatory = $true)] [string] $Guest, [Parameter(Mandatory = $true)] $Plan)
  $asked = @{ vm = $Guest }
  Confirm-AtlasLabRefusal -Id 'startVm.refusesReplica' -Run (Invoke-AtlasLabTask -Kind 'startVm' -Params $asked) -Code 'hyperV.guestIsReplica'
  $checkpoint = Invoke-AtlasLabTask -Kind 'checkpoint' -Params @{ vm = $Guest; name = 'atlas-lab-replica' }
  Confirm-AtlasLabRefusal -Id 'checkpoint.refusesReplica' -Run $checkpoint -Code 'hyperV.guestIsReplica'
  Test-AtlasLabTestFailover -Guest $Guest
  # Nobody prepared the other host unless both take part.
  $failOver = @{ vm = $Guest; planned = -not [string]::IsNullOrEmpty($Plan.reverseTo) }
  foreach ($id in @('failOver.replicated', 'failOver.again')) {
    $run = Invoke-AtlasLabTask -Kind 'failOver' -Params $failOver -TimeoutMs 1800000
    Confirm-AtlasLabPlace -Id $id -Run $run -Mode 'Replica' -State 'FailedOverWaitingCompletion'
  }
  if ([string]::IsNullOrEmpty($Plan.reverseTo)) {
    Add-AtlasLabGap -Id 'reverseReplication.replicated' -Why 'It wants both hosts: -LeavePrepared there, -ReverseTo and -Thumbprint here'
    $run = Invoke-AtlasLabTask -Kind 'cancelFailover' -Params $asked -TimeoutMs 1800000
    Confirm-AtlasLabPlace -Id 'cancelFailover.failedOver' -Run $run -Mode 'Replica' -State 'Replicating'
    return
  }
  $reverse = @{ vm = $Guest; replicaServer = $Plan.reverseTo; thumbprint = $Plan.thumbprint }
  foreach ($id in @('reverseReplication.replicated', 'reverseReplication.again')) {
    $run = Invoke-AtlasLabTask -Kind 'reverseReplication' -Params $reverse -TimeoutMs 1800000
    Confirm-AtlasLabPlace -Id $id -Run $run -Mode 'Primary' -State 'Replicating'
  }
  Confirm-AtlasLabSuccess -Id 'startVm.afterReversal' -Run (Invoke-AtlasLabTask -Kind 'startVm' -Params $asked -TimeoutMs 900000)
  Add-AtlasLabLeftover -Text "$Guest runs here now and replicates to $($Plan.reverseTo), as asked for"
}

function Test-AtlasLabTestFailover {
  param([Parameter(Mandatory = $true)] [string] $Guest)
  $asked = @{ vm = $Guest; switchName = $switchName }
  [void] (New-VMSwitch -Name $switchName -SwitchType 'Private')
  try {
    foreach ($id in @('testFailover.replicated', 'testFailover.again')) {
      $run = Invoke-AtlasLabTask -Kind 'testFailover' -Params $asked -TimeoutMs 1800000
      $copy = Get-AtlasLabField -Run $run -Name 'testVm'
      Confirm-AtlasLabSuccess -Id $id -Run $run -Holds ($null -ne $copy) -Why 'No test copy is named'
    }
    $during = Invoke-AtlasLabTask -Kind 'failOver' -Params @{ vm = $Guest; planned = $true }
    Confirm-AtlasLabRefusal -Id 'failOver.refusesDuringTest' -Run $during -Code 'hyperV.testFailoverActive'
  }
  finally {
    foreach ($id in @('cleanUpTestFailover.replicated', 'cleanUpTestFailover.again')) {
      $run = Invoke-AtlasLabTask -Kind 'cleanUpTestFailover' -Params @{ vm = $Guest } -TimeoutMs 1800000
      $copy = Get-AtlasLabField -Run $run -Name 'testVm'
      Confirm-AtlasLabSuccess -Id $id -Run $run -Holds ($null -eq $copy) -Why "$copy is still there"
    }
    Remove-VMSwitch -Name $switchName -Force
  }
}
