package org.postseal.certstore;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;

/**
 * An X.509 certificate with what mail needs to know of it. Parsing is strict about size and key limits ({@code CertificateLimits}), says nothing about
 * trust. Immutable; equal when the encodings are.
 */
public final class MailCertificate {
    private final X509CertificateHolder holder;
    private final X509Certificate x509;
    private final CertificateId id;
    private final List<MailAddress> addresses;

    private MailCertificate(
            X509CertificateHolder holder, X509Certificate x509, CertificateId id, List<MailAddress> addresses) {
        this.holder = holder;
        this.x509 = x509;
        this.id = id;
        this.addresses = addresses;
    }

    /**
     * Parses DER.
     *
     * @throws CertificateException when it is no certificate, or one over our limits
     */
    public static MailCertificate of(byte[] der) throws CertificateException {
        try {
            X509CertificateHolder holder = new X509CertificateHolder(der);
            X509Certificate x509 = new JcaX509CertificateConverter().getCertificate(holder);
            return new MailCertificate(holder, x509, CertificateId.of(der), List.of());
        } catch (IOException e) {
            throw new CertificateException("not a certificate", e);
        }
    }

    /** SHA-256 of the encoding. */
    public CertificateId id() {
        return id;
    }

    /** Every address it carries: rfc822Name and SmtpUTF8Mailbox of the subject alternative name, emailAddress of the subject (RFC 8550 §3). */
    public List<MailAddress> addresses() {
        return addresses;
    }

    /** Bouncy Castle's view, for CMS. */
    public X509CertificateHolder holder() {
        return holder;
    }

    /** The JDK's view, for path validation. */
    public X509Certificate x509() {
        return x509;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MailCertificate certificate && id.equals(certificate.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id.hex().substring(0, 16) + " " + x509.getSubjectX500Principal();
    }
}
