# The DKIM signature of mail that the gateway has opened no longer holds. The MTA beside it seals its earlier results (ARC); this tenant believes the seal.
# For Exchange Online PowerShell, after Connect-ExchangeOnline. Can be run again.
$ErrorActionPreference = 'Stop'

$sealers = @("$((Get-ArcConfig -ErrorAction Stop).ArcTrustedSealers)" -split '[,\s]+' | Where-Object { $_ })
if ($sealers -notcontains 'seal.example.com') {
    Set-ArcConfig -Identity 'Default' -ArcTrustedSealers ($sealers + 'seal.example.com') -ErrorAction Stop
}
