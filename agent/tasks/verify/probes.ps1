Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# What the plan says must answer, seen from the server itself.
function Get-ProbeResult {
  param([Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]] $Probes)
  foreach ($probe in $Probes) {
    switch ($probe.type) {
      'tcp' { Test-Tcp -Probe $probe }
      'http' { Test-Http -Probe $probe }
      'service' { Test-OneService -Name $probe.name }
      default { New-ProbeResult -Name "$($probe.type)" -Ok $false -Detail 'There is no such probe' }
    }
  }
}

function New-ProbeResult {
  param(
    [Parameter(Mandatory = $true)] [string] $Name,
    [Parameter(Mandatory = $true)] [bool] $Ok,
    [Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Detail
  )
  [ordered]@{
    name   = Limit-AtlasText -Text $Name -Length 200
    ok     = $Ok
    detail = Limit-AtlasText -Text $Detail -Length 300
  }
}

function Test-Tcp {
  param([Parameter(Mandatory = $true)] $Probe)
  $address = Get-AtlasProperty -Of $Probe -Name 'host'
  if ($null -eq $address) { $address = 'localhost' }
  $open = Test-AtlasPort -Address $address -Port $Probe.port
  $detail = if ($open) { 'open' } else { 'no connection' }
  New-ProbeResult -Name "tcp ${address}:$($Probe.port)" -Ok $open -Detail $detail
}

# 5.1 throws for every status from 400 on; the response says which. On Server 2016 it doesn't offer TLS 1.2 by itself.
function Test-Http {
  param([Parameter(Mandatory = $true)] $Probe)
  $offered = [System.Net.ServicePointManager]::SecurityProtocol
  [System.Net.ServicePointManager]::SecurityProtocol = $offered -bor [System.Net.SecurityProtocolType]::Tls12
  $wanted = Get-AtlasProperty -Of $Probe -Name 'status'
  $status = 0
  $detail = ''
  try {
    $status = [int] (Invoke-WebRequest -Uri $Probe.url -UseBasicParsing -TimeoutSec 20).StatusCode
  }
  catch {
    $detail = $_.Exception.Message
    $response = Get-AtlasProperty -Of $_.Exception -Name 'Response'
    if ($null -ne $response) { $status = [int] $response.StatusCode }
  }
  $ok = if ($null -ne $wanted) { $status -eq $wanted } else { $status -ge 200 -and $status -lt 400 }
  New-ProbeResult -Name "http $($Probe.url)" -Ok $ok -Detail "$status $detail"
}

function Test-OneService {
  param([Parameter(Mandatory = $true)] [string] $Name)
  $service = Get-Service | Where-Object { $_.Name -eq $Name }
  $state = if ($null -eq $service) { 'not here' } else { $service.Status.ToString() }
  New-ProbeResult -Name "service $Name" -Ok ($state -eq 'Running') -Detail $state
}
