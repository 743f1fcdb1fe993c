# Certificates of recipients, for everybody who writes to them. Replaces those that Exchange has. Can be run again.
# A partner whom Exchange does not know: New-MailContact -Name NAME -ExternalEmailAddress ADDRESS
$ErrorActionPreference = 'Stop'
$absent = @()
$failed = @()

# alice@example.com: 1a2b3c4d5e6f7081 until 2027-06-01
$certificates = New-Object System.Collections.ArrayList
[void]$certificates.Add([System.Convert]::FromBase64String('MAE='))
[void]$certificates.Add([System.Convert]::FromBase64String('MAI='))
$bundles = New-Object System.Collections.ArrayList
[void]$bundles.Add([System.Convert]::FromBase64String('MAI='))
try {
    $recipient = Get-Recipient -Identity 'alice@example.com' -ErrorAction SilentlyContinue
    switch ("$($recipient.RecipientType)") {
        'UserMailbox' { Set-Mailbox -Identity 'alice@example.com' -UserCertificate $certificates -UserSMimeCertificate $bundles -ErrorAction Stop }
        'MailUser'    { Set-MailUser -Identity 'alice@example.com' -UserCertificate $certificates -UserSMimeCertificate $bundles -ErrorAction Stop }
        'MailContact' { Set-MailContact -Identity 'alice@example.com' -UserCertificate $certificates -UserSMimeCertificate $bundles -ErrorAction Stop }
        default       { $absent += 'alice@example.com' }
    }
} catch {
    $failed += 'alice@example.com' + ': ' + $_.Exception.Message
}

# d'arc@partner.example: 8091a2b3c4d5e6f7 until 2027-06-01
$certificates = New-Object System.Collections.ArrayList
[void]$certificates.Add([System.Convert]::FromBase64String('MAE='))
try {
    $recipient = Get-Recipient -Identity 'd''arc@partner.example' -ErrorAction SilentlyContinue
    switch ("$($recipient.RecipientType)") {
        'UserMailbox' { Set-Mailbox -Identity 'd''arc@partner.example' -UserCertificate $certificates -ErrorAction Stop }
        'MailUser'    { Set-MailUser -Identity 'd''arc@partner.example' -UserCertificate $certificates -ErrorAction Stop }
        'MailContact' { Set-MailContact -Identity 'd''arc@partner.example' -UserCertificate $certificates -ErrorAction Stop }
        default       { $absent += 'd''arc@partner.example' }
    }
} catch {
    $failed += 'd''arc@partner.example' + ': ' + $_.Exception.Message
}

# carol@example.com: 0123456789abcdef until 2027-06-01
$certificates = New-Object System.Collections.ArrayList
[void]$certificates.Add([System.Convert]::FromBase64String('MAE='))
try {
    $recipient = Get-Recipient -Identity 'carol@example.com' -ErrorAction SilentlyContinue
    switch ("$($recipient.RecipientType)") {
        'UserMailbox' { Set-Mailbox -Identity 'carol@example.com' -UserCertificate $certificates -UserSMimeCertificate $null -ErrorAction Stop }
        'MailUser'    { Set-MailUser -Identity 'carol@example.com' -UserCertificate $certificates -UserSMimeCertificate $null -ErrorAction Stop }
        'MailContact' { Set-MailContact -Identity 'carol@example.com' -UserCertificate $certificates -UserSMimeCertificate $null -ErrorAction Stop }
        default       { $absent += 'carol@example.com' }
    }
} catch {
    $failed += 'carol@example.com' + ': ' + $_.Exception.Message
}

if ($absent.Count -gt 0) {
    $failed += "no mailbox, mail user or contact: $($absent -join ', ')"
}
if ($failed.Count -gt 0) {
    throw ($failed -join '; ')
}
