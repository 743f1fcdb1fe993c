# TNEF (winmail.dat) cannot be signed or encrypted to anybody's use.
# For Exchange Online PowerShell, after Connect-ExchangeOnline. Can be run again.
$ErrorActionPreference = 'Stop'

$settings = @{
    TNEFEnabled = $false
}
Set-RemoteDomain -Identity 'Default' @settings -ErrorAction Stop
