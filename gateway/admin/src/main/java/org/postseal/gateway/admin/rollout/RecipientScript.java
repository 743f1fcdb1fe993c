package org.postseal.gateway.admin.rollout;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Certificates into the address book of Exchange, for who is in no directory that we write to: users whose mailbox is only in the cloud ({@code Set-Mailbox}), and partners
 * ({@code Set-MailContact}, {@code Set-MailUser}). The parameters take lists of octet strings, and replace what was there; so what has expired goes.
 */
public final class RecipientScript {
    /** Values of one attribute. Entra synchronises no object with more. */
    public static final int MAX_VALUES = 15;

    private RecipientScript() {}

    /**
     * Whose, and which.
     *
     * @param address any of the recipient's
     * @param words what is published, for who reads the script
     * @param certificates DER, 1 to {@value #MAX_VALUES}; Outlook takes the first that fits
     * @param bundles for UserSMimeCertificate; an empty list empties it, an empty Optional leaves it
     */
    public record Recipient(String address, String words, List<byte[]> certificates, Optional<List<byte[]>> bundles) {
        public Recipient {
            certificates = List.copyOf(certificates);
            bundles = bundles.map(List::copyOf);
            if (certificates.isEmpty() || certificates.size() > MAX_VALUES) {
                throw new IllegalArgumentException(
                        "1 to " + MAX_VALUES + " certificates of a recipient, not " + certificates.size());
            }
        }
    }

    /** The script; each recipient as often as it stands in the list, and all of them also when one is not there, or may not be changed. */
    public static byte[] of(List<Recipient> recipients) {
        PowerShell script = new PowerShell()
                .comment(
                        "Certificates of recipients, for everybody who writes to them. Replaces those that Exchange has. Can be run again.")
                .comment(
                        "A partner whom Exchange does not know: New-MailContact -Name NAME -ExternalEmailAddress ADDRESS")
                .line("$ErrorActionPreference = 'Stop'")
                .line("$absent = @()")
                .line("$failed = @()");
        recipients.forEach(each -> add(script, each));
        return script.line("")
                .line("if ($absent.Count -gt 0) {")
                .line("    $failed += \"no mailbox, mail user or contact: $($absent -join ', ')\"")
                .line("}")
                .line("if ($failed.Count -gt 0) {")
                .line("    throw ($failed -join '; ')")
                .line("}")
                .file();
    }

    private static void add(PowerShell script, Recipient recipient) {
        String identity = PowerShell.literal(recipient.address());
        script.line("").comment(recipient.words());
        list(script, "$certificates", recipient.certificates());
        List<String> parameters = new ArrayList<>(List.of(" -UserCertificate $certificates"));
        recipient.bundles().ifPresent(bundles -> {
            if (!bundles.isEmpty()) {
                list(script, "$bundles", bundles);
            }
            parameters.add(" -UserSMimeCertificate " + (bundles.isEmpty() ? "$null" : "$bundles"));
        });
        String rest = " -Identity " + identity + String.join("", parameters) + PowerShell.STOP;
        // one that is copied to Entra cannot be changed there, and keeps none of the others back
        script.line("try {")
                .line("    $recipient = Get-Recipient -Identity " + identity + " -ErrorAction SilentlyContinue")
                .line("    switch (\"$($recipient.RecipientType)\") {")
                .line("        'UserMailbox' { Set-Mailbox" + rest + " }")
                .line("        'MailUser'    { Set-MailUser" + rest + " }")
                .line("        'MailContact' { Set-MailContact" + rest + " }")
                .line("        default       { $absent += " + identity + " }")
                .line("    }")
                .line("} catch {")
                .line("    $failed += " + identity + " + ': ' + $_.Exception.Message")
                .line("}");
    }

    // a list of lists: as a plain array, octets of a single certificate would be taken for the values
    private static void list(PowerShell script, String variable, List<byte[]> values) {
        script.line(variable + " = New-Object System.Collections.ArrayList");
        values.forEach(each -> script.line("[void]" + variable + ".Add([System.Convert]::FromBase64String("
                + PowerShell.literal(Base64.getEncoder().encodeToString(each)) + "))"));
    }
}
