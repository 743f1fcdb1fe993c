# S/MIME of mobile devices, as the gateway's policy has it. Can be run again.
# Who a policy is for: Set-CASMailbox ADDRESS -ActiveSyncMailboxPolicy NAME
$ErrorActionPreference = 'Stop'

$settings = @{
    AllowSMIMESoftCerts         = $true
    RequireSignedSMIMEAlgorithm = 'SHA1'
    RequireSignedSMIMEMessages  = $true
}
$default = Get-MobileDeviceMailboxPolicy | Where-Object { $_.IsDefault } | Select-Object -First 1
Set-MobileDeviceMailboxPolicy -Identity $default.Identity @settings

$settings = @{
    AllowSMIMESoftCerts             = $true
    RequireEncryptedSMIMEMessages   = $true
    RequireEncryptionSMIMEAlgorithm = 'TripleDES'
    RequireSignedSMIMEAlgorithm     = 'SHA1'
    RequireSignedSMIMEMessages      = $true
}
if (Get-MobileDeviceMailboxPolicy | Where-Object { $_.Name -eq 'finance' }) {
    Set-MobileDeviceMailboxPolicy -Identity 'finance' @settings
} else {
    New-MobileDeviceMailboxPolicy -Name 'finance' @settings | Out-Null
}
