# Signing or encrypting TNEF (winmail.dat) is of no use to anybody.
# For Exchange Online PowerShell, after Connect-ExchangeOnline. Can be run again.
$ErrorActionPreference = 'Stop'

$settings = @{
    TNEFEnabled = $false
}
Set-RemoteDomain -Identity 'Default' @settings -ErrorAction Stop
