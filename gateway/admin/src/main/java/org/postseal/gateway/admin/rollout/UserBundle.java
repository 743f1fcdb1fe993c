package org.postseal.gateway.admin.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.Pkcs12Profile;

/**
 * Collects all that one user needs on their own machines: their keys in both forms of PKCS #12, the issuers, a profile
 * for Apple devices if an account is known, and a page that explains the files.
 */
public final class UserBundle {
    private UserBundle() {}

    record Names(String user) {
        String modern() {
            return user + ".p12";
        }

        String compatible() {
            return user + "-compatible.p12";
        }

        String profile() {
            return user + ".mobileconfig";
        }

        String root(MailCertificate root) {
            return "root-" + root.id().hex().substring(0, 8) + ".crt";
        }

        String issuer(MailCertificate issuer) {
            return "issuer-" + issuer.id().hex().substring(0, 8) + ".crt";
        }
    }

    /**
     * Returns the files.
     *
     * @param mobileConfig the profile, signed or not, if there is one
     */
    public static List<RolloutFile> of(ClientKeys keys, FreshPassword password, Optional<byte[]> mobileConfig) {
        Names names = new Names(FileNames.of(keys.address().toString()));
        List<RolloutFile> files = new ArrayList<>();
        files.add(ClientPage.of(keys, names, mobileConfig.isPresent()));
        files.add(new RolloutFile(names.modern(), keys.pkcs12(password, Pkcs12Profile.MODERN), true));
        files.add(new RolloutFile(names.compatible(), keys.pkcs12(password, Pkcs12Profile.COMPATIBLE), true));
        mobileConfig.ifPresent(octets -> files.add(new RolloutFile(names.profile(), octets, true)));
        // A PEM file with this ending opens by itself on Windows and macOS
        keys.anchors().forEach(each -> files.add(RolloutFile.of(names.root(each), each.toPem())));
        keys.intermediates().forEach(each -> files.add(RolloutFile.of(names.issuer(each), each.toPem())));
        return List.copyOf(files);
    }
}
