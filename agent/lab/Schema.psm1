# Reads JSON Schema as far as the project's contracts use it, and says what of a document contradicts it.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Where a document breaks its schema: empty when it doesn't. At most 20 places are told.
function Test-AtlasLabDocument {
  param([Parameter(Mandatory = $true)] $Schema, $Value, [string] $At = '$')
  $found = @(Get-AtlasLabContradiction -Schema $Schema -Value $Value -At $At)
  $found | Select-Object -First 20
}

function Get-AtlasLabContradiction {
  param([Parameter(Mandatory = $true)] $Schema, $Value, [Parameter(Mandatory = $true)] [string] $At)
  Test-AtlasLabChoice -Schema $Schema -Value $Value -At $At
  $types = @(Get-AtlasLabWord -Schema $Schema -Word 'type' | Where-Object { $null -ne $_ })
  if ($types.Count -gt 0 -and @($types | Where-Object { Test-AtlasLabType -Type $_ -Value $Value }).Count -eq 0) {
    "$At is no $($types -join ' or ')"
    return
  }
  if ($null -eq $Value) { return }
  if ($Value -is [string]) { Test-AtlasLabText -Schema $Schema -Value $Value -At $At }
  elseif ($Value -is [array]) { Test-AtlasLabList -Schema $Schema -Value $Value -At $At }
  elseif ($Value -is [System.Management.Automation.PSCustomObject]) { Test-AtlasLabObject -Schema $Schema -Value $Value -At $At }
  elseif ($Value -isnot [bool]) { Test-AtlasLabNumber -Schema $Schema -Value $Value -At $At }
}

function Get-AtlasLabWord {
  param([Parameter(Mandatory = $true)] $Schema, [Parameter(Mandatory = $true)] [string] $Word)
  $found = $Schema.PSObject.Properties[$Word]
  if ($null -eq $found) { $null } else { $found.Value }
}

function Test-AtlasLabType {
  param([Parameter(Mandatory = $true)] [string] $Type, $Value)
  $isNumber = $Value -is [int] -or $Value -is [long] -or $Value -is [double] -or $Value -is [decimal]
  switch ($Type) {
    'null' { $null -eq $Value }
    'string' { $Value -is [string] }
    'boolean' { $Value -is [bool] }
    'array' { $Value -is [array] }
    'object' { $Value -is [System.Management.Automation.PSCustomObject] }
    'number' { $isNumber }
    'integer' { $isNumber -and [math]::Floor($Value) -eq $Value }
    default { throw "The schema has a type $Type that the lab can't read" }
  }
}

function Test-AtlasLabChoice {
  param([Parameter(Mandatory = $true)] $Schema, $Value, [Parameter(Mandatory = $true)] [string] $At)
  if ($null -ne $Schema.PSObject.Properties['const'] -and $Schema.const -cne $Value) { "$At is not $($Schema.const)" }
  $values = Get-AtlasLabWord -Schema $Schema -Word 'enum'
  if ($null -ne $values -and $values -cnotcontains $Value) { "$At is $Value, none of $($values -join ', ')" }
  foreach ($word in @('anyOf', 'oneOf')) {
    $branches = @(Get-AtlasLabWord -Schema $Schema -Word $word | Where-Object { $null -ne $_ })
    if ($branches.Count -eq 0) { continue }
    $best = $null
    foreach ($branch in $branches) {
      $against = @(Get-AtlasLabContradiction -Schema $branch -Value $Value -At $At)
      if ($null -eq $best -or $against.Count -lt $best.Count) { $best = $against }
    }
    # The branch that fits best tells most.
    $best
  }
  foreach ($part in @(Get-AtlasLabWord -Schema $Schema -Word 'allOf' | Where-Object { $null -ne $_ })) {
    Get-AtlasLabContradiction -Schema $part -Value $Value -At $At
  }
}

function Test-AtlasLabText {
  param([Parameter(Mandatory = $true)] $Schema, [AllowEmptyString()] [string] $Value, [Parameter(Mandatory = $true)] [string] $At)
  $least = Get-AtlasLabWord -Schema $Schema -Word 'minLength'
  $most = Get-AtlasLabWord -Schema $Schema -Word 'maxLength'
  $pattern = Get-AtlasLabWord -Schema $Schema -Word 'pattern'
  if ($null -ne $least -and $Value.Length -lt $least) { "$At is shorter than $least" }
  if ($null -ne $most -and $Value.Length -gt $most) { "$At is longer than $most" }
  if ($null -ne $pattern -and $Value -cnotmatch $pattern) { "$At is '$Value', which $pattern doesn't match" }
}

function Test-AtlasLabNumber {
  param([Parameter(Mandatory = $true)] $Schema, [Parameter(Mandatory = $true)] $Value, [Parameter(Mandatory = $true)] [string] $At)
  $least = Get-AtlasLabWord -Schema $Schema -Word 'minimum'
  $above = Get-AtlasLabWord -Schema $Schema -Word 'exclusiveMinimum'
  $most = Get-AtlasLabWord -Schema $Schema -Word 'maximum'
  if ($null -ne $least -and $Value -lt $least) { "$At is below $least" }
  if ($null -ne $above -and $Value -le $above) { "$At is not above $above" }
  if ($null -ne $most -and $Value -gt $most) { "$At is above $most" }
}

function Test-AtlasLabList {
  param([Parameter(Mandatory = $true)] $Schema, [AllowEmptyCollection()] [array] $Value, [Parameter(Mandatory = $true)] [string] $At)
  $least = Get-AtlasLabWord -Schema $Schema -Word 'minItems'
  $most = Get-AtlasLabWord -Schema $Schema -Word 'maxItems'
  if ($null -ne $least -and $Value.Count -lt $least) { "$At has fewer than $least" }
  if ($null -ne $most -and $Value.Count -gt $most) { "$At has more than $most" }
  $items = Get-AtlasLabWord -Schema $Schema -Word 'items'
  if ($null -eq $items) { return }
  for ($index = 0; $index -lt $Value.Count; $index++) {
    Get-AtlasLabContradiction -Schema $items -Value $Value[$index] -At "$At[$index]"
  }
}

function Test-AtlasLabObject {
  param([Parameter(Mandatory = $true)] $Schema, [Parameter(Mandatory = $true)] $Value, [Parameter(Mandatory = $true)] [string] $At)
  foreach ($name in @(Get-AtlasLabWord -Schema $Schema -Word 'required' | Where-Object { $null -ne $_ })) {
    if ($null -eq $Value.PSObject.Properties[$name]) { "$At has no $name" }
  }
  $properties = Get-AtlasLabWord -Schema $Schema -Word 'properties'
  $others = Get-AtlasLabWord -Schema $Schema -Word 'additionalProperties'
  $names = Get-AtlasLabWord -Schema $Schema -Word 'propertyNames'
  foreach ($property in $Value.PSObject.Properties) {
    $own = $null
    if ($null -ne $properties) { $own = Get-AtlasLabWord -Schema $properties -Word $property.Name }
    if ($null -eq $own -and $others -is [System.Management.Automation.PSCustomObject]) { $own = $others }
    if ($null -ne $names) { Get-AtlasLabContradiction -Schema $names -Value $property.Name -At "$At (a name)" }
    if ($null -ne $own) { Get-AtlasLabContradiction -Schema $own -Value $property.Value -At "$At.$($property.Name)" }
  }
}

Export-ModuleMember -Function 'Test-AtlasLabDocument'
