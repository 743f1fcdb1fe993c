# Signing or encrypting TNEF (winmail.dat) is of no use to anybody.
# For the Exchange Management Shell, on the server that mail goes through. Can be run again.
$ErrorActionPreference = 'Stop'

$settings = @{
    TNEFEnabled = $false
}
Set-RemoteDomain -Identity 'Default' @settings -ErrorAction Stop
