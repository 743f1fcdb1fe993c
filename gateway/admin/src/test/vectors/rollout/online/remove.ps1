# Takes the way through the gateway out again: first the rules, then the connectors. TNEF and ARC stay as they are.
# For Exchange Online PowerShell, after Connect-ExchangeOnline. Can be run again.
$ErrorActionPreference = 'Stop'

if (Get-TransportRule -ErrorAction Stop | Where-Object { $_.Name -eq 'Postseal: what leaves' }) {
    Remove-TransportRule -Identity 'Postseal: what leaves' -Confirm:$false -ErrorAction Stop
}
if (Get-TransportRule -ErrorAction Stop | Where-Object { $_.Name -eq 'Postseal: S/MIME that comes' }) {
    Remove-TransportRule -Identity 'Postseal: S/MIME that comes' -Confirm:$false -ErrorAction Stop
}
if (Get-TransportRule -ErrorAction Stop | Where-Object { $_.Name -eq 'Postseal: take the mark off' }) {
    Remove-TransportRule -Identity 'Postseal: take the mark off' -Confirm:$false -ErrorAction Stop
}
if (Get-OutboundConnector -ErrorAction Stop | Where-Object { $_.Name -eq 'To Postseal' }) {
    Remove-OutboundConnector -Identity 'To Postseal' -Confirm:$false -ErrorAction Stop
}
if (Get-InboundConnector -ErrorAction Stop | Where-Object { $_.Name -eq 'From Postseal' }) {
    Remove-InboundConnector -Identity 'From Postseal' -Confirm:$false -ErrorAction Stop
}
