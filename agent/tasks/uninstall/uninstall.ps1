Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '..\..\powershell\Atlas.psm1')

# By DISM packages: `wusa` can't take off what came together with a servicing stack.
# Source: learn.microsoft.com, "Servicing stack updates", "Simplifying the deployment of servicing stack updates".
function Remove-Named {
  param([Parameter(Mandatory = $true)] $Request)
  $names = @(Get-AtlasParam -Request $Request -Name 'updates')
  $packages = @(Get-UpdatePackage)
  $state = @{ removed = @(); notRemovable = @(); rebootRequired = $false }
  foreach ($name in $names) {
    if ((Get-AtlasTimeLeft) -le 0) {
      $state.notRemovable += @{ id = $name; why = 'The time was over before it was its turn' }
      continue
    }
    Remove-One -State $state -Name $name -Packages $packages
  }
  $state
}

# Packages of updates, without servicing stacks, which are permanent, with the KB numbers that their names and descriptions carry.
function Get-UpdatePackage {
  $all = @(Get-WindowsPackage -Online | Where-Object {
      $_.PackageName -like 'Package_for_*' -and $_.PackageName -notlike 'Package_for_ServicingStack*' -and
      'Installed', 'InstallPending', 'UninstallPending' -contains $_.PackageState.ToString()
    })
  $count = 0
  foreach ($package in $all) {
    Write-AtlasProgress -Percent (50 * $count++ / $all.Count) -Text $package.PackageName
    $details = Get-WindowsPackage -Online -PackageName $package.PackageName
    $text = "$($package.PackageName) $(Get-AtlasProperty -Of $details -Name 'Description') " +
    [string] (Get-AtlasProperty -Of $details -Name 'SupportInformation')
    [pscustomobject]@{
      Name  = $package.PackageName
      State = $package.PackageState.ToString()
      Kbs   = @([regex]::Matches($text, '\d{6,8}') | ForEach-Object { $_.Value })
    }
  }
}

# What isn't installed is neither removed nor in the way.
function Remove-One {
  param(
    [Parameter(Mandatory = $true)] $State,
    [Parameter(Mandatory = $true)] [string] $Name,
    [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]] $Packages
  )
  if ($Name -notmatch '^((KB)?\d{6,8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$') {
    $State.notRemovable += @{ id = $Name; why = 'It is no KB and no update id' }
    return
  }
  $kbs = @(Get-Kb -Name $Name)
  $found = @($Packages | Where-Object { Test-Shared -Left $_.Kbs -Right $kbs })
  if ($found.Count -eq 0) {
    if (Test-Installed -Name $Name -Kbs $kbs) {
      $State.notRemovable += @{ id = $Name; why = 'It is installed, but not as a package that Windows can remove' }
    }
    return
  }
  try {
    foreach ($package in $found) {
      if ($package.State -eq 'UninstallPending') { $State.rebootRequired = $true; continue }
      Write-AtlasProgress -Percent 50 -Text "Removing $($package.Name)"
      $image = Remove-WindowsPackage -Online -PackageName $package.Name -NoRestart
      if (Test-RestartNeeded -Image $image) { $State.rebootRequired = $true }
    }
    $State.removed += $Name
  }
  catch {
    $failure = ConvertTo-AtlasFailure -ErrorRecord $_
    # 0x800F0825 CBS_E_CANNOT_UNINSTALL: the package is permanent, as servicing stacks are.
    if (-not $failure.Contains('hresult')) { throw }
    $why = "$($failure.hresult) $($failure.message)"
    $State.notRemovable += @{ id = $Name; why = (Limit-AtlasText -Text $why -Length 300) }
  }
}

# Said by the removal; where it isn't, it is needed.
function Test-RestartNeeded {
  param([AllowNull()] $Image)
  if ($null -eq $Image) { return $true }
  (Get-AtlasProperty -Of $Image -Name 'RestartNeeded') -ne $false
}

# The digits of a KB name, or those that Windows Update knows for an update id.
function Get-Kb {
  param([Parameter(Mandatory = $true)] [string] $Name)
  if ($Name -match '^(KB)?(\d{6,8})$') { return $Matches[2] }
  foreach ($update in Find-AtlasUpdate -Criteria "UpdateID='$Name' and IsInstalled=1") {
    foreach ($kb in $update.KBArticleIDs) { [string] $kb }
  }
}

function Test-Shared {
  param([AllowEmptyCollection()] [object[]] $Left, [AllowEmptyCollection()] [object[]] $Right)
  @($Left | Where-Object { $Right -contains $_ }).Count -gt 0
}

# By Windows Update for an id, by the list of installed fixes for a KB.
function Test-Installed {
  param(
    [Parameter(Mandatory = $true)] [string] $Name,
    [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]] $Kbs
  )
  if ($Name -notmatch '^(KB)?\d{6,8}$') {
    return @(Find-AtlasUpdate -Criteria "UpdateID='$Name' and IsInstalled=1").Count -gt 0
  }
  $fixes = @(Get-CimInstance -ClassName Win32_QuickFixEngineering | ForEach-Object { $_.HotFixID })
  $fixes -contains "KB$($Kbs[0])"
}

$request = Read-AtlasInput -Kind 'uninstall'
try {
  $result = Remove-Named -Request $request
}
catch {
  Write-AtlasFailure -Request $request -ErrorRecord $_
  exit 0
}
Write-AtlasDocument -Request $request -Result $result
