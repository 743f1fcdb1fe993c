# The issuers by whose word Exchange takes a certificate for valid. Replaces what was there. Can be run again.
$ErrorActionPreference = 'Stop'

$collection = [System.IO.File]::ReadAllBytes((Join-Path $PSScriptRoot 'virtual-certificate-collection.sst'))
Set-SmimeConfig -SMIMECertificateIssuingCA $collection -ErrorAction Stop
