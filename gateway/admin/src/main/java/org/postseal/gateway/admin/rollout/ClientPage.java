package org.postseal.gateway.admin.rollout;

import java.util.Locale;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.admin.page.HtmlPage;

/**
 * The page for a user that says what to do with the files beside it. It needs and fetches nothing else, and it has no
 * script.
 */
final class ClientPage {
    private ClientPage() {}

    /**
     * Returns the page.
     *
     * @param files the names of the files beside it
     */
    static RolloutFile of(ClientKeys keys, UserBundle.Names files, boolean hasProfile) {
        return RolloutFile.of(
                "index.html", HtmlPage.of(to -> JteclientpageGenerated.render(to, null, keys, files, hasProfile)));
    }

    static String purpose(ClientKey key) {
        if (key.purposes().size() == CertificatePurpose.values().length) {
            return "sign and decrypt";
        }
        return key.purposes().contains(CertificatePurpose.SIGN)
                ? "sign"
                : key.purposes().isEmpty() ? "open old mail" : "decrypt";
    }

    static String groups(MailCertificate certificate) {
        return certificate.id().hex().toUpperCase(Locale.ROOT).replaceAll("(.{4})(?=.)", "$1 ");
    }
}
