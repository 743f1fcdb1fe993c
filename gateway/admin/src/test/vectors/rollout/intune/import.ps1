# Imports keys of users into Intune, from the .pfx files beside it. Can be run again: keys that are there already stay.
# A key that fails does not stop the others; all failed ones are named at the end.
#
# It needs Microsoft's module IntunePfxImport, built from github.com/microsoft/Intune-Resource-Access, with the client id of an app
# registration of this tenant in IntunePfxImport.psd1, and runs on the machine of the certificate connector, where a key for the
# passwords was made once:
#   Add-IntuneKspKey -ProviderName 'Microsoft Software Key Storage Provider' -KeyName 'PFXEncryptionKey'
# User is the name to sign in with (UPN); change it if it is not the address.
param(
    [Parameter(Mandatory = $true)][string]$Administrator,
    [string]$Module = 'IntunePfxImport.psd1',
    [string]$Provider = 'Microsoft Software Key Storage Provider',
    [string]$Key = 'PFXEncryptionKey'
)
$ErrorActionPreference = 'Stop'

$certificates = @(
    @{ User = 'alice@example.com'; File = 'alice_example.com-0000000000000001.pfx'; Thumbprint = '0000000000000000000000000000000000000001'; Purpose = 'smimeSigning' },
    @{ User = 'o''brien@example.com'; File = 'o_brien_example.com-0000000000000002.pfx'; Thumbprint = '0000000000000000000000000000000000000002'; Purpose = 'smimeEncryption' }
)

Import-Module $Module -ErrorAction Stop
Set-IntuneAuthenticationToken -AdminUserName $Administrator -ErrorAction Stop
$password = Read-Host -Prompt 'Password of the .pfx files' -AsSecureString
$failed = @()
foreach ($each in $certificates) {
    try {
        # The module puts the name into a filter (OData) as it is; an apostrophe is written twice there.
        $name = $each.User.Replace("'", "''")
        $there = Get-IntuneUserPfxCertificate -UserList @($name) -ErrorAction Stop | Where-Object { $_.Thumbprint -eq $each.Thumbprint }
        if (-not $there) {
            $file = Join-Path $PSScriptRoot $each.File
            $new = New-IntuneUserPfxCertificate -PathToPfxFile $file -PfxPassword $password -UPN $each.User -ProviderName $Provider -KeyName $Key -IntendedPurpose $each.Purpose -PaddingScheme 'OaepSha512' -ErrorAction Stop
            Import-IntuneUserPfxCertificate -CertificateList @($new) -ErrorAction Stop
        }
    } catch {
        $failed += '{0}, {1}: {2}' -f $each.User, $each.File, $_
    }
}
if ($failed) {
    throw ('not imported: ' + ($failed -join '; '))
}
