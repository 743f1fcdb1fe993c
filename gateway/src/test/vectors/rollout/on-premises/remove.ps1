# Takes the connectors out again. TNEF stays as it is.
# For the Exchange Management Shell, on the server that mail goes through. Can be run again.
$ErrorActionPreference = 'Stop'

if (Get-SendConnector | Where-Object { $_.Name -eq 'To Postseal' }) {
    Remove-SendConnector -Identity 'To Postseal' -Confirm:$false
}
if (Get-ReceiveConnector | Where-Object { $_.Name -eq 'From Postseal' }) {
    Remove-ReceiveConnector -Identity 'From Postseal' -Confirm:$false
}
