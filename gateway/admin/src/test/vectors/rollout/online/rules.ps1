# Which mail takes the way through the gateway. Holds secrets: keep it to yourself, and delete it when it has been run.
# For Exchange Online PowerShell, after Connect-ExchangeOnline. Can be run again.
$ErrorActionPreference = 'Stop'
# Rules that change text (disclaimers) have to come before these: new rules are the last, and stay where you move them.
# A change needs up to 30 minutes to take effect. A rule that fails puts the message off; it does not let it pass.

# Mail that leaves, unless it comes from the gateway, is protected by rights management, or nobody has logged in to send it.
# Begin with one user: put @('you@example.com') in place of $null behind From, and $null again for all.
$settings = @{
    FromScope                           = 'InOrganization'
    SentToScope                         = 'NotInOrganization'
    From                                = $null
    ExceptIfMessageTypeMatches          = 'PermissionControlled'
    ExceptIfHeaderMatchesMessageHeader  = 'X-MS-Exchange-Organization-AuthAs'
    ExceptIfHeaderMatchesPatterns       = @('^Anonymous$')
    ExceptIfHeaderContainsMessageHeader = 'X-From-Gateway'
    ExceptIfHeaderContainsWords         = @('0000000000000000done')
    SetHeaderName                       = 'X-To-Gateway'
    SetHeaderValue                      = '0000000000000000submission'
    RouteMessageOutboundConnector       = 'To Postseal'
    StopRuleProcessing                  = $true
    RuleErrorAction                     = 'Defer'
    Mode                                = 'Enforce'
}
if (Get-TransportRule -ErrorAction Stop | Where-Object { $_.Name -eq 'Postseal: what leaves' }) {
    Set-TransportRule -Identity 'Postseal: what leaves' @settings -ErrorAction Stop
} else {
    New-TransportRule -Name 'Postseal: what leaves' @settings -ErrorAction Stop | Out-Null
}
Enable-TransportRule -Identity 'Postseal: what leaves' -Confirm:$false -ErrorAction Stop

# Incoming S/MIME mail, unless it comes from the gateway or is spam.
# Opaque S/MIME under the name of application/octet-stream does not match; add that word to match such mail too, with all other attachments.
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
    RuleErrorAction                     = 'Defer'
    Mode                                = 'Enforce'
}
if (Get-TransportRule -ErrorAction Stop | Where-Object { $_.Name -eq 'Postseal: S/MIME that comes' }) {
    Set-TransportRule -Identity 'Postseal: S/MIME that comes' @settings -ErrorAction Stop
} else {
    New-TransportRule -Name 'Postseal: S/MIME that comes' @settings -ErrorAction Stop | Out-Null
}
Enable-TransportRule -Identity 'Postseal: S/MIME that comes' -Confirm:$false -ErrorAction Stop

# Mail from the gateway goes on without its mark, so that nobody can read the value and write it themselves.
$settings = @{
    HeaderContainsMessageHeader = 'X-From-Gateway'
    HeaderContainsWords         = @('0000000000000000done')
    RemoveHeader                = 'X-From-Gateway'
    RuleErrorAction             = 'Defer'
    Mode                        = 'Enforce'
}
if (Get-TransportRule -ErrorAction Stop | Where-Object { $_.Name -eq 'Postseal: take the mark off' }) {
    Set-TransportRule -Identity 'Postseal: take the mark off' @settings -ErrorAction Stop
} else {
    New-TransportRule -Name 'Postseal: take the mark off' @settings -ErrorAction Stop | Out-Null
}
Enable-TransportRule -Identity 'Postseal: take the mark off' -Confirm:$false -ErrorAction Stop
