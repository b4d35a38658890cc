# Shuts a guest down from inside: -Force gives it five minutes for unsaved work. It is never turned off.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\HyperV.psm1')

$request = Read-AtlasInput -Kind 'stopVm'
try {
  Import-AtlasHyperV
  $guest = Get-AtlasGuest -Name $request.params.vm
  $power = Get-AtlasPower -Guest $guest
  if (@('Running', 'Off', 'Stopping') -notcontains $power.state) {
    throw (New-AtlasFailure -Code 'hyperV.guestState' -Message "$($guest.Name) is $($power.state)")
  }
  if ($power.state -eq 'Running') {
    Write-AtlasProgress -Percent 10 -Text "$($guest.Name) is asked to shut down"
    try {
      Stop-VM -VM $guest -Force
    }
    catch {
      throw (New-AtlasFailure -Code 'hyperV.shutdownRefused' -Message $_.Exception.Message)
    }
  }
  $power = Get-AtlasPower -Guest $guest
  while ($power.state -ne 'Off' -and (Test-AtlasTimeLeft)) {
    Write-AtlasProgress -Percent 50 -Text "$($guest.Name) is $($power.state)"
    Start-Sleep -Seconds 5
    $power = Get-AtlasPower -Guest $guest
  }
  if ($power.state -ne 'Off') {
    throw (New-AtlasFailure -Code 'hyperV.guestDidNotStop' -Message "$($guest.Name) is still $($power.state)")
  }
  $result = $power
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
