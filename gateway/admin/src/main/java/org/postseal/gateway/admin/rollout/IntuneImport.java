package org.postseal.gateway.admin.rollout;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.Digest;
import org.postseal.certstore.key.Pkcs12Profile;

/**
 * Prepares keys of users for Intune's imported PFX certificates. It makes a PKCS #12 file for each key, and a script
 * for Microsoft's module IntunePfxImport, which encrypts the password to the key of the tenant's connector. The script
 * asks for the password, which stands nowhere in the folder.
 */
public final class IntuneImport {
    private final List<Row> rows = new ArrayList<>();
    private final List<RolloutFile> files = new ArrayList<>();

    private IntuneImport() {}

    /**
     * One certificate of one user.
     *
     * @param thumbprint SHA-1 in upper-case hex, by which Intune knows the certificate
     * @param purpose the one purpose that Intune keeps for a certificate, in the words of the module
     */
    public record Row(String user, String file, String thumbprint, String purpose, String lastDay) {}

    public static IntuneImport of(List<ClientKeys> users, FreshPassword password, Pkcs12Profile profile) {
        IntuneImport made = new IntuneImport();
        for (ClientKeys user : users) {
            for (ClientKey key : user.keys()) {
                made.add(user.address().toString(), key, password, profile);
            }
        }
        return made;
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

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

    // A key that does both is imported for decryption: mail that cannot be read is worse than mail that is not signed
    private static String purpose(ClientKey key) {
        return key.purposes().equals(Set.of(CertificatePurpose.SIGN)) ? "smimeSigning" : "smimeEncryption";
    }

    private static String thumbprint(ClientKey key) {
        return HexFormat.of()
                .withUpperCase()
                .formatHex(Digest.SHA_1.of(key.certificate().encoded()));
    }

    /** Returns the script alone. */
    static byte[] script(List<Row> rows) {
        return PowerShell.file(to -> JteintuneGenerated.render(to, null, rows));
    }
}
