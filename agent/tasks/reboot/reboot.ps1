Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')

# Answers before the machine goes down. That it has booted is seen by the agent's next life: nothing here waits.
function Start-Reboot {
  param([Parameter(Mandatory = $true)] $Request)
  $before = Get-AtlasBootTime
  $suspended = @(Suspend-Protection)
  Start-Shutdown -Reason (Get-AtlasParam -Request $Request -Name 'reason')
  [ordered]@{
    bootedBefore       = ConvertTo-AtlasTime -Time $before
    bitLockerSuspended = $suspended
  }
}

# For two boots, since servicing may restart once more; verify resumes what is kept here. With a PIN or a changed
# boot chain the machine would otherwise stand at a question that nobody answers.
function Suspend-Protection {
  if (-not (Test-AtlasCommand -Name 'Suspend-BitLocker')) { return }
  $protected = @(Get-BitLockerVolume | Where-Object {
      $_.ProtectionStatus.ToString() -eq 'On' -and $_.VolumeType.ToString() -eq 'OperatingSystem'
    })
  if ($protected.Count -eq 0) { return }
  $mountPoints = @($protected | ForEach-Object { [string] $_.MountPoint })
  Save-AtlasState -Name 'bitLocker' -Value @{ mountPoints = $mountPoints }
  foreach ($mountPoint in $mountPoints) {
    try { [void] (Suspend-BitLocker -MountPoint $mountPoint -RebootCount 2) }
    catch {
      $message = "${mountPoint}: $($_.Exception.Message)"
      throw (New-AtlasFailure -Code 'bitLockerNotSuspended' -Message $message)
    }
  }
  $mountPoints
}

# The delay lets this answer be read and kept. P:2:17 is "Operating system: hot fix, planned", as the event log shows it.
function Start-Shutdown {
  param([Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Reason)
  $shutdownExe = Join-Path -Path $env:SystemRoot -ChildPath 'System32\shutdown.exe'
  # A quotation mark would end the argument.
  $comment = 'ATLAS: ' + ($Reason -replace '["\\]', ' ')
  $said = & $shutdownExe /r /f /t 20 /d p:2:17 /c $comment
  if ($LASTEXITCODE -ne 0) {
    throw (New-AtlasFailure -Code 'rebootRefused' -Message "shutdown.exe ended with $LASTEXITCODE $said")
  }
}

$request = Read-AtlasInput -Kind 'reboot'
try {
  $result = Start-Reboot -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
