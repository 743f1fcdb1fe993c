package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.issue.CertificateAuthority;

class ForeignCertificatesTest {
    @Test
    void aCertificateIsReadOnceAndCounted() throws Exception {
        MailCertificate issued = CertificateAuthority.create(
                        "Root", Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"))
                .root();
        byte[] der = issued.x509().getEncoded();
        ForeignCertificates known = new ForeignCertificates(10);
        CacheCounts before = CacheCounts.of("certificates");

        MailCertificate first = known.of(der);
        assertThat(first).isEqualTo(issued);
        assertThat(known.of(der.clone())).isSameAs(first);
        assertThatThrownBy(() -> known.of(new byte[] {1})).isInstanceOf(CertificateException.class);

        assertThat(before.since("certificates")).isEqualTo(new CacheCounts(1, 2, 0, 0));
    }
}
