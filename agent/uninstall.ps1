#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Removes the ATLAS agent from this server. Key, journal, configuration and log stay, unless -Purge is given.
.DESCRIPTION
Refuses while a command is being carried out. With what stays, install.ps1 makes this the same host again.
.PARAMETER Purge
Deletes the data folder too, with the key: the server will not take another one for this host by itself. What the
journal knows of commands is lost.
.PARAMETER Silent
Writes nothing but errors.
#>
[CmdletBinding()]
param([switch] $Purge, [switch] $Silent)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$programFolder = Join-Path -Path $env:ProgramFiles -ChildPath 'ATLAS'
$dataFolder = Join-Path -Path $env:ProgramData -ChildPath 'ATLAS'

function Assert-NoWork {
  $work = @(Get-ScheduledTask -TaskPath '\ATLAS\Work\' -ErrorAction Ignore | Where-Object { $_.State.ToString() -eq 'Running' })
  if ($work.Count -gt 0) { throw "$($work.Count) commands are being carried out. Wait for them, and start again." }
}

function Remove-Task {
  foreach ($folder in '\ATLAS\', '\ATLAS\Work\') {
    foreach ($task in @(Get-ScheduledTask -TaskPath $folder -ErrorAction Ignore)) {
      Stop-ScheduledTask -TaskName $task.TaskName -TaskPath $folder
      Unregister-ScheduledTask -TaskName $task.TaskName -TaskPath $folder -Confirm:$false
    }
  }
}

# Windows PowerShell 5.1 has no Remove-Service.
function Remove-AgentService {
  if ($null -eq (Get-Service -Name 'ATLAS' -ErrorAction Ignore)) { return }
  Stop-Service -Name 'ATLAS' -Force
  $service = Get-CimInstance -ClassName Win32_Service -Filter "Name = 'ATLAS'"
  $answer = Invoke-CimMethod -InputObject $service -MethodName 'Delete'
  if ($answer.ReturnValue -ne 0) { throw "The service could not be deleted: $($answer.ReturnValue)" }
}

# The program's end takes a moment after its task's or service's.
function Wait-Agent {
  for ($try = 0; $try -lt 30; $try++) {
    if (@(Get-CimInstance -ClassName Win32_Process -Filter "Name = 'atlas-agent.exe'").Count -eq 0) { return }
    Start-Sleep -Seconds 1
  }
  throw 'The agent does not end. End it, and start again.'
}

Assert-NoWork
Remove-Task
Remove-AgentService
Wait-Agent
if ([System.Diagnostics.EventLog]::SourceExists('ATLAS')) { [System.Diagnostics.EventLog]::DeleteEventSource('ATLAS') }
if (Test-Path -LiteralPath $programFolder) { Remove-Item -LiteralPath $programFolder -Recurse -Force }
if ($Purge -and (Test-Path -LiteralPath $dataFolder)) { Remove-Item -LiteralPath $dataFolder -Recurse -Force }
if (-not $Silent) {
  $left = if ($Purge) { 'Nothing of it is left here.' } else { "Its key and journal stay in $dataFolder." }
  Write-Host -Object "The ATLAS agent is removed. $left"
}
