# S/MIME of mobile devices, as the gateway's policy has it. Can be run again.
# To give a policy to a user: Set-CASMailbox ADDRESS -ActiveSyncMailboxPolicy NAME
$ErrorActionPreference = 'Stop'

$settings = @{
    AllowSMIMESoftCerts         = $true
    RequireSignedSMIMEAlgorithm = 'SHA1'
    RequireSignedSMIMEMessages  = $true
}
$default = Get-MobileDeviceMailboxPolicy -ErrorAction Stop | Where-Object { $_.IsDefault } | Select-Object -First 1
Set-MobileDeviceMailboxPolicy -Identity $default.Identity @settings -ErrorAction Stop

$settings = @{
    AllowSMIMESoftCerts             = $true
    RequireEncryptedSMIMEMessages   = $true
    RequireEncryptionSMIMEAlgorithm = 'TripleDES'
    RequireSignedSMIMEAlgorithm     = 'SHA1'
    RequireSignedSMIMEMessages      = $true
}
if (Get-MobileDeviceMailboxPolicy -ErrorAction Stop | Where-Object { $_.Name -eq 'finance' }) {
    Set-MobileDeviceMailboxPolicy -Identity 'finance' @settings -ErrorAction Stop
} else {
    New-MobileDeviceMailboxPolicy -Name 'finance' @settings -ErrorAction Stop | Out-Null
}
