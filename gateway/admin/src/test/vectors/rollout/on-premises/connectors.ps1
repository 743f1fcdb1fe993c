# All mail goes out through the gateway, and incoming mail is accepted from it.
# For the Exchange Management Shell, on the server that mail goes through. Can be run again.
$ErrorActionPreference = 'Stop'

# Exchange chooses between connectors for all domains: another one would send mail past the gateway.
$others = Get-SendConnector -ErrorAction Stop | Where-Object { $_.Enabled -and $_.Name -ne 'To Postseal' -and ($_.AddressSpaces | Where-Object { "$_" -match '^(SMTP:)?\*;' }) }
if ($others) { throw "Disable first, since they send past the gateway: $($others.Name -join ', ')" }

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
if (Get-SendConnector -ErrorAction Stop | Where-Object { $_.Name -eq 'To Postseal' }) {
    Set-SendConnector -Identity 'To Postseal' @settings -ErrorAction Stop
} else {
    New-SendConnector -Name 'To Postseal' @settings -ErrorAction Stop | Out-Null
}

# Only for the gateway's address. Exchange trusts it no more than any server outside: mail from the world comes this way too,
# and ExternalAuthoritative would believe the X-MS-Exchange-Organization fields that somebody has written into it.
$settings = @{
    RemoteIPRanges   = @('10.0.0.5')
    AuthMechanism    = 'Tls'
    PermissionGroups = 'AnonymousUsers'
    Enabled          = $true
}
$server = $env:COMPUTERNAME
if (Get-ReceiveConnector -Server $server -ErrorAction Stop | Where-Object { $_.Name -eq 'From Postseal' }) {
    Set-ReceiveConnector -Identity ("$server\" + 'From Postseal') @settings -ErrorAction Stop
} else {
    New-ReceiveConnector -Name 'From Postseal' -Server $server -TransportRole FrontendTransport -Usage Custom -Bindings '0.0.0.0:25' @settings -ErrorAction Stop | Out-Null
}
