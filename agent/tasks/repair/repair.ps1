Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')

# The component store of the running system. Neither -Source nor -LimitAccess: where the files come from is for the
# policy "Specify settings for optional component installation and component repair", else Windows Update or WSUS.
function Repair-Store {
  if (-not (Test-AtlasCommand -Name 'Repair-WindowsImage')) {
    $message = 'This server has no command Repair-WindowsImage (module DISM)'
    throw (New-AtlasFailure -Code 'repairCommandMissing' -Message $message)
  }
  Write-AtlasProgress -Percent 0 -Text 'Repairing the component store'
  $image = Repair-WindowsImage -Online -RestoreHealth -NoRestart
  [ordered]@{
    imageHealth    = Get-Health -Image $image
    rebootRequired = Test-RestartNeeded -Image $image
  }
}

# By its name. What isn't said is not taken for healthy.
function Get-Health {
  param([AllowNull()] $Image)
  $health = if ($null -eq $Image) { $null } else { Get-AtlasProperty -Of $Image -Name 'ImageHealthState' }
  if ($null -eq $health) {
    throw (New-AtlasFailure -Code 'storeHealthUnknown' -Message 'The repair ended and does not say how the component store is')
  }
  $health.ToString()
}

# Said by the repair; where it isn't, it is needed.
function Test-RestartNeeded {
  param([Parameter(Mandatory = $true)] $Image)
  (Get-AtlasProperty -Of $Image -Name 'RestartNeeded') -ne $false
}

$request = Read-AtlasInput -Kind 'repair'
try {
  $result = Repair-Store
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
