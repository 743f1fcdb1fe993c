# S/MIME in Outlook on the web and the new Outlook, as the gateway's policy has it. Can be run again.
$ErrorActionPreference = 'Stop'

$settings = @{
    OWAClearSign            = $true
    OWAEncryptionAlgorithms = '6610;660E'
    OWACRLRetrievalTimeout  = 10000
}
Set-SmimeConfig @settings -ErrorAction Stop
