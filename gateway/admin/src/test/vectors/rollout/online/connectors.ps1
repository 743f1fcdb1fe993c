# The way to the gateway and back. Its certificate must name gw.example.com, and it shows it with the whole chain.
# For Exchange Online PowerShell, after Connect-ExchangeOnline. Can be run again.
$ErrorActionPreference = 'Stop'

# Only the rules use it. It demands TLS, and a certificate with exactly this name.
$settings = @{
    ConnectorType            = 'OnPremises'
    IsTransportRuleScoped    = $true
    UseMXRecord              = $false
    SmartHosts               = @('gw.example.com')
    TlsSettings              = 'DomainValidation'
    TlsDomain                = 'gw.example.com'
    CloudServicesMailEnabled = $false
    Enabled                  = $true
}
if (Get-OutboundConnector -ErrorAction Stop | Where-Object { $_.Name -eq 'To Postseal' }) {
    Set-OutboundConnector -Identity 'To Postseal' @settings -ErrorAction Stop
} else {
    New-OutboundConnector -Name 'To Postseal' @settings -ErrorAction Stop | Out-Null
}

# Mail comes back by the certificate that the gateway shows. EFSkipLastIP: SPF, DKIM and DMARC are judged by the server before the gateway.
$settings = @{
    ConnectorType            = 'OnPremises'
    SenderDomains            = @('*')
    RequireTls               = $true
    TlsSenderCertificateName = 'gw.example.com'
    EFSkipLastIP             = $true
    CloudServicesMailEnabled = $false
    Enabled                  = $true
}
if (Get-InboundConnector -ErrorAction Stop | Where-Object { $_.Name -eq 'From Postseal' }) {
    Set-InboundConnector -Identity 'From Postseal' @settings -ErrorAction Stop
} else {
    New-InboundConnector -Name 'From Postseal' @settings -ErrorAction Stop | Out-Null
}
