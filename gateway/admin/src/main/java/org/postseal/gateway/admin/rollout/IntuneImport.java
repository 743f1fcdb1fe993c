package org.postseal.gateway.admin.rollout;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.key.Pkcs12Profile;

/**
 * Keys of users for Intune's imported PFX certificates: a PKCS #12 file for each key, and a script for Microsoft's module IntunePfxImport, which encrypts the password to the key of the tenant's connector. The
 * script asks for the password; nothing in the folder tells it.
 */
public final class IntuneImport {
    private final List<Row> rows = new ArrayList<>();
    private final List<RolloutFile> files = new ArrayList<>();

    private IntuneImport() {}

    /**
     * One certificate of one user.
     *
     * @param thumbprint SHA-1, upper-case hex, by which Intune knows it
     * @param purpose as the module has it; Intune keeps one of them for a certificate
     */
    public record Row(String user, String file, String thumbprint, String purpose, String lastDay) {}

    /** All of it for these users. */
    public static IntuneImport of(List<ClientKeys> users, FreshPassword password, Pkcs12Profile profile) {
        IntuneImport made = new IntuneImport();
        for (ClientKeys user : users) {
            for (ClientKey key : user.keys()) {
                made.add(user.address().toString(), key, password, profile);
            }
        }
        return made;
    }

    /** The certificates, in order. */
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The PKCS #12 files and the script. */
    public List<RolloutFile> files() {
        List<RolloutFile> all = new ArrayList<>(files);
        all.add(RolloutFile.of("import.ps1", script(rows)));
        return List.copyOf(all);
    }

    private void add(String user, ClientKey key, FreshPassword password, Pkcs12Profile profile) {
        String name = FileNames.of(user) + "-" + key.certificate().id().hex().substring(0, 16) + ".pfx";
        files.add(new RolloutFile(name, key.pkcs12(user, password, profile), true));
        rows.add(
                new Row(user, name, thumbprint(key), purpose(key), key.lastDay().toString()));
    }

    // one that does both is imported to decrypt with: what cannot be read is worse than what is not signed
    private static String purpose(ClientKey key) {
        return key.purposes().equals(java.util.Set.of(CertificatePurpose.SIGN)) ? "smimeSigning" : "smimeEncryption";
    }

    private static String thumbprint(ClientKey key) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-1")
                            .digest(key.certificate().encoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The script alone. */
    static byte[] script(List<Row> rows) {
        PowerShell script = new PowerShell()
                .comment("""
                        Imports keys of users into Intune, from the .pfx files beside it. Can be run again: what is there already is left.
                        One that fails keeps no other from being imported; all that failed are named at the end.

                        It needs Microsoft's module IntunePfxImport, built from github.com/microsoft/Intune-Resource-Access, with the client id of an app
                        registration of this tenant in IntunePfxImport.psd1, and runs on the machine of the certificate connector, where a key for the
                        passwords was made once:
                          Add-IntuneKspKey -ProviderName 'Microsoft Software Key Storage Provider' -KeyName 'PFXEncryptionKey'
                        User is the name to sign in with (UPN); change it where it is not the address.""")
                .line("param(")
                .line("    [Parameter(Mandatory = $true)][string]$Administrator,")
                .line("    [string]$Module = 'IntunePfxImport.psd1',")
                .line("    [string]$Provider = 'Microsoft Software Key Storage Provider',")
                .line("    [string]$Key = 'PFXEncryptionKey'")
                .line(")")
                .line("$ErrorActionPreference = 'Stop'")
                .line("")
                .line("$certificates = @(");
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            script.line("    @{ User = " + PowerShell.literal(row.user()) + "; File = " + PowerShell.literal(row.file())
                    + "; Thumbprint = " + PowerShell.literal(row.thumbprint()) + "; Purpose = "
                    + PowerShell.literal(row.purpose()) + " }" + (i + 1 < rows.size() ? "," : ""));
        }
        return script.line(")")
                .line("")
                .line("Import-Module $Module" + PowerShell.STOP)
                .line("Set-IntuneAuthenticationToken -AdminUserName $Administrator" + PowerShell.STOP)
                .line("$password = Read-Host -Prompt 'Password of the .pfx files' -AsSecureString")
                .line("$failed = @()")
                .line("foreach ($each in $certificates) {")
                .line("    try {")
                .line(
                        "        # The module puts the name into a filter (OData) as it is; an apostrophe is written twice there.")
                .line("        $name = $each.User.Replace(\"'\", \"''\")")
                .line("        $there = Get-IntuneUserPfxCertificate -UserList @($name)" + PowerShell.STOP
                        + " | Where-Object { $_.Thumbprint -eq $each.Thumbprint }")
                .line("        if (-not $there) {")
                .line("            $file = Join-Path $PSScriptRoot $each.File")
                .line(
                        "            $new = New-IntuneUserPfxCertificate -PathToPfxFile $file -PfxPassword $password -UPN $each.User -ProviderName $Provider -KeyName $Key -IntendedPurpose $each.Purpose -PaddingScheme 'OaepSha512'"
                                + PowerShell.STOP)
                .line("            Import-IntuneUserPfxCertificate -CertificateList @($new)" + PowerShell.STOP)
                .line("        }")
                .line("    } catch {")
                .line("        $failed += '{0}, {1}: {2}' -f $each.User, $each.File, $_")
                .line("    }")
                .line("}")
                .line("if ($failed) {")
                .line("    throw ('not imported: ' + ($failed -join '; '))")
                .line("}")
                .file();
    }
}
