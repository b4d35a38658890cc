Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Atlas.psm1')

# Starts a process that outlives the agent: a scheduled task of its own, as SYSTEM, without any limit of time.
# It has no trigger, so nothing starts it again, not even a boot.

$taskPath = '\ATLAS\Work\'

# What has ended leaves its task behind. The agent runs this script one call after the other.
function Remove-EndedWork {
  Get-ScheduledTask -TaskPath $taskPath -ErrorAction Ignore |
    Where-Object { $_.State.ToString() -eq 'Ready' } |
    ForEach-Object { Unregister-ScheduledTask -TaskName $_.TaskName -TaskPath $taskPath -Confirm:$false }
}

function Start-Work {
  param([Parameter(Mandatory = $true)] $Request)
  $name = Get-AtlasParam -Request $Request -Name 'name'
  $task = @{
    TaskName  = $name
    TaskPath  = $taskPath
    Action    = New-ScheduledTaskAction -Execute $Request.params.file -Argument $Request.params.argument
    # SYSTEM by its SID: its name is another one in French.
    Principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
    Settings  = Get-WorkSetting
  }
  [void] (Register-ScheduledTask @task -Force)
  Start-ScheduledTask -TaskName $name -TaskPath $taskPath
}

# Zero is no limit. Priority 4 is normal: the default of tasks, 7, is below, also for the disk.
function Get-WorkSetting {
  $setting = @{
    ExecutionTimeLimit         = [TimeSpan]::Zero
    MultipleInstances          = 'IgnoreNew'
    Priority                   = 4
    AllowStartIfOnBatteries    = $true
    DontStopIfGoingOnBatteries = $true
  }
  New-ScheduledTaskSettingsSet @setting
}

$request = Read-AtlasInput -Kind 'startWork'
try {
  Remove-EndedWork
  Start-Work -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result @{ started = $true }
