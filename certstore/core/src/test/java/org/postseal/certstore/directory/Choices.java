package org.postseal.certstore.directory;

import static org.postseal.certstore.directory.Fixture.NOW;

import java.util.List;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/** Writes the choices that tests expect. */
final class Choices {
    static final CertificateStatus USABLE = new CertificateStatus.Usable();
    static final CertificateStatus EXPIRED = new CertificateStatus.Expired(NOW.minusSeconds(1));
    static final MailAddress ALIAS = MailAddress.of("a.liddell@example.com");

    private Choices() {}

    static CertificateChoice<MailCertificate> chosen(MailCertificate certificate, Considered... considered) {
        return new CertificateChoice.Chosen<>(certificate, List.of(considered));
    }

    static CertificateChoice<MailCertificate> none(CertificateStatus status, Considered... considered) {
        return new CertificateChoice.NoneUsable<>(status, List.of(considered));
    }

    static Considered considered(MailCertificate certificate, String source, CertificateStatus status) {
        return new Considered(certificate.id(), source, status);
    }
}
