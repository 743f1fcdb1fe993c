# All mail goes out through the gateway, and what it hands over is believed.
# For the Exchange Management Shell, on the server that mail goes through. Can be run again.
$ErrorActionPreference = 'Stop'

# Not between the two halves of a hybrid organisation: their connectors carry fields that are theirs alone.
$settings = @{
    AddressSpaces     = @('*')
    SmartHosts        = @('gw.example.com')
    Port              = 2524
    DNSRoutingEnabled = $false
    RequireTLS        = $true
    TlsAuthLevel      = 'DomainValidation'
    TlsDomain         = 'gw.example.com'
    Enabled           = $true
}
if (Get-SendConnector | Where-Object { $_.Name -eq 'To Postseal' }) {
    Set-SendConnector -Identity 'To Postseal' @settings
} else {
    New-SendConnector -Name 'To Postseal' @settings | Out-Null
}

# For the gateway's address alone. Whoever may send from there is believed like one of your own servers.
$settings = @{
    RemoteIPRanges   = @('10.0.0.5')
    AuthMechanism    = 'Tls,ExternalAuthoritative'
    PermissionGroups = 'ExchangeServers'
    Enabled          = $true
}
$server = $env:COMPUTERNAME
if (Get-ReceiveConnector -Server $server | Where-Object { $_.Name -eq 'From Postseal' }) {
    Set-ReceiveConnector -Identity ("$server\" + 'From Postseal') @settings
} else {
    New-ReceiveConnector -Name 'From Postseal' -Server $server -TransportRole FrontendTransport -Usage Custom -Bindings '0.0.0.0:25' @settings | Out-Null
}
