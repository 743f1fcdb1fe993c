# Takes the connectors out again, on this server. TNEF stays as it is.
# For the Exchange Management Shell, on the server that mail goes through. Can be run again.
$ErrorActionPreference = 'Stop'

if (Get-SendConnector -ErrorAction Stop | Where-Object { $_.Name -eq 'To Postseal' }) {
    Remove-SendConnector -Identity 'To Postseal' -Confirm:$false -ErrorAction Stop
}
$server = $env:COMPUTERNAME
if (Get-ReceiveConnector -Server $server -ErrorAction Stop | Where-Object { $_.Name -eq 'From Postseal' }) {
    Remove-ReceiveConnector -Identity ("$server\" + 'From Postseal') -Confirm:$false -ErrorAction Stop
}
