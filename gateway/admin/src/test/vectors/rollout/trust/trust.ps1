# The issuers by which Exchange judges certificates. Replaces the earlier ones. Can be run again.
$ErrorActionPreference = 'Stop'

$collection = [System.IO.File]::ReadAllBytes((Join-Path $PSScriptRoot 'virtual-certificate-collection.sst'))
Set-SmimeConfig -SMIMECertificateIssuingCA $collection -ErrorAction Stop
