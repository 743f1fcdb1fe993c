# TNEF (winmail.dat) cannot be signed or encrypted to anybody's use.
# For the Exchange Management Shell, on the server that mail goes through. Can be run again.
$ErrorActionPreference = 'Stop'

$settings = @{
    TNEFEnabled = $false
}
Set-RemoteDomain -Identity 'Default' @settings -ErrorAction Stop
