Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Services of products that install updates or restart servers by themselves. From memory: the lab kit and each
# client's inventory must confirm the names; a service that isn't here is not seen.
$patcherServices = @{
  'CcmExec'                      = 'Configuration Manager client'
  'IntuneManagementExtension'    = 'Intune management extension'
  'NinjaRMMAgent'                = 'NinjaOne'
  'CagService'                   = 'Datto RMM'
  'LTService'                    = 'ConnectWise Automate'
  'AteraAgent'                   = 'Atera'
  'Windows Agent Service'        = 'N-able N-central'
  'Advanced Monitoring Agent'    = 'N-able N-sight'
  'PDQConnectAgent'              = 'PDQ Connect'
  'amagent'                      = 'Automox'
  'A1Agent'                      = 'Action1'
  'BESClient'                    = 'HCL BigFix'
  'Tanium Client'                = 'Tanium'
  'ManageEngine UEMS - Agent'    = 'ManageEngine Endpoint Central'
  'STAgent'                      = 'Ivanti Security Controls'
  'SyncroLive'                   = 'Syncro'
}

function Get-OtherPatcher {
  Get-PatcherService
  Get-RestartTask
  Get-RestartPolicy
}

function Get-PatcherService {
  $services = Get-CimInstance -ClassName Win32_Service -Filter "StartMode <> 'Disabled'"
  foreach ($service in $services) {
    if ($patcherServices.ContainsKey($service.Name)) {
      @{ name = "$($patcherServices[$service.Name]) ($($service.Name))"; how = 'service' }
    }
    elseif ($service.Name -match '^KA[A-Z0-9]{8,}$') {
      @{ name = "Kaseya ($($service.Name))"; how = 'service' }
    }
  }
}

# Tasks that restart the server. Windows' own orchestrator keeps its tasks there and only arms them when due.
function Get-RestartTask {
  foreach ($task in Get-ScheduledTask) {
    if ($task.State.ToString() -eq 'Disabled') { continue }
    $name = Limit-AtlasText -Text ($task.TaskPath + $task.TaskName) -Length 200
    if ($task.TaskPath -eq '\Microsoft\Windows\UpdateOrchestrator\') {
      if ($task.TaskName -match '^Reboot' -and (Test-Armed -Task $task)) { @{ name = $name; how = 'task' } }
    }
    elseif ($task.TaskPath -notlike '\Microsoft\*' -and (Test-Restart -Task $task)) {
      @{ name = $name; how = 'task' }
    }
  }
}

function Test-Armed {
  param([Parameter(Mandatory = $true)] $Task)
  $information = Get-ScheduledTaskInfo -InputObject $Task
  $null -ne $information.NextRunTime
}

# Actions that start no program have no Execute.
function Test-Restart {
  param([Parameter(Mandatory = $true)] $Task)
  foreach ($action in $Task.Actions) {
    $program = [string] (Get-AtlasProperty -Of $action -Name 'Execute')
    $line = "$program $(Get-AtlasProperty -Of $action -Name 'Arguments')"
    if ($line -match 'shutdown(\.exe)?"?\s.*[/-][rg]\b|Restart-Computer|Install-WindowsUpdate|PSWindowsUpdate') {
      return $true
    }
  }
  $false
}

# Policies under which Windows restarts by itself. Names: WindowsUpdate.admx.
function Get-RestartPolicy {
  $policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'
  $automatic = Get-AtlasRegistryValue -Path "$policy\AU" -Name 'AUOptions'
  $isOff = (Get-AtlasRegistryValue -Path "$policy\AU" -Name 'NoAutoUpdate') -eq 1
  if ($automatic -eq 4 -and -not $isOff) { @{ name = 'AUOptions 4: installs on a schedule'; how = 'policy' } }
  foreach ($name in 'AlwaysAutoRebootAtScheduledTime', 'AutoInstallMinorUpdates') {
    if ((Get-AtlasRegistryValue -Path "$policy\AU" -Name $name) -eq 1) { @{ name = $name; how = 'policy' } }
  }
  foreach ($name in 'ConfigureDeadlineForQualityUpdates', 'SetComplianceDeadline', 'SetAutoRestartDeadline') {
    $days = Get-AtlasRegistryValue -Path $policy -Name $name
    if ($null -ne $days) { @{ name = "$name $days"; how = 'policy' } }
  }
}
