package org.postseal.certstore.remote.ldap;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;

/** Makes certificates of one authority for tests. */
final class Certificates {
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(3650, ChronoUnit.DAYS), NOW.plus(3650, ChronoUnit.DAYS));

    private Certificates() {}

    static CertificateAuthority authority() {
        return AUTHORITY;
    }

    /** Returns a certificate that is valid from {@code days - 365} to {@code days + 180} days after {@code NOW}. */
    static MailCertificate issued(String address, int days) {
        return issued(address, Profile.DUAL, days - 365, days + 180);
    }

    static MailCertificate issued(String address, Profile profile, int fromDay, int toDay) {
        return AUTHORITY
                .request(MailAddress.of(address))
                .profile(profile)
                .validity(NOW.plus(fromDay, ChronoUnit.DAYS), NOW.plus(toDay, ChronoUnit.DAYS))
                .issue()
                .certificate();
    }
}
