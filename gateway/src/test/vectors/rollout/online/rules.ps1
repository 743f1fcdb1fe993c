# Which mail takes the way through the gateway. Holds secrets: keep it to yourself, and delete it when it has been run.
# For Exchange Online PowerShell, after Connect-ExchangeOnline. Can be run again.
$ErrorActionPreference = 'Stop'
# Rules that change text (disclaimers) have to come before these. A change needs up to 30 minutes to take effect.

# What leaves, unless it comes from the gateway or is protected by rights management.
$settings = @{
    FromScope                           = 'InOrganization'
    SentToScope                         = 'NotInOrganization'
    ExceptIfMessageTypeMatches          = 'PermissionControlled'
    ExceptIfHeaderContainsMessageHeader = 'X-From-Gateway'
    ExceptIfHeaderContainsWords         = @('0000000000000000done')
    SetHeaderName                       = 'X-To-Gateway'
    SetHeaderValue                      = '0000000000000000submission'
    RouteMessageOutboundConnector       = 'To Postseal'
    StopRuleProcessing                  = $true
    Priority                            = 0
}
if (Get-TransportRule | Where-Object { $_.Name -eq 'Postseal: what leaves' }) {
    Set-TransportRule -Identity 'Postseal: what leaves' @settings
} else {
    New-TransportRule -Name 'Postseal: what leaves' @settings | Out-Null
}

# What comes and is S/MIME, unless it comes from the gateway or is spam.
# Opaque S/MIME under the name of application/octet-stream goes past it; add that word to see such mail too, with all other attachments.
$settings = @{
    FromScope                           = 'NotInOrganization'
    SentToScope                         = 'InOrganization'
    HeaderContainsMessageHeader         = 'Content-Type'
    HeaderContainsWords                 = @('application/pkcs7-mime','application/x-pkcs7-mime','multipart/signed')
    ExceptIfSCLOver                     = 5
    ExceptIfHeaderContainsMessageHeader = 'X-From-Gateway'
    ExceptIfHeaderContainsWords         = @('0000000000000000done')
    SetHeaderName                       = 'X-To-Gateway'
    SetHeaderValue                      = '0000000000000000inbound'
    RouteMessageOutboundConnector       = 'To Postseal'
    StopRuleProcessing                  = $true
    Priority                            = 1
}
if (Get-TransportRule | Where-Object { $_.Name -eq 'Postseal: S/MIME that comes' }) {
    Set-TransportRule -Identity 'Postseal: S/MIME that comes' @settings
} else {
    New-TransportRule -Name 'Postseal: S/MIME that comes' @settings | Out-Null
}

# What comes from the gateway goes on without its mark: nobody is to read the value and write it himself.
$settings = @{
    HeaderContainsMessageHeader = 'X-From-Gateway'
    HeaderContainsWords         = @('0000000000000000done')
    RemoveHeader                = 'X-From-Gateway'
    Priority                    = 2
}
if (Get-TransportRule | Where-Object { $_.Name -eq 'Postseal: take the mark off' }) {
    Set-TransportRule -Identity 'Postseal: take the mark off' @settings
} else {
    New-TransportRule -Name 'Postseal: take the mark off' @settings | Out-Null
}
