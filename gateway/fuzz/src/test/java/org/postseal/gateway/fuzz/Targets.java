package org.postseal.gateway.fuzz;

import java.util.Locale;
import org.postseal.certstore.provider.CryptoProviders;

/** Names the targets as {@code bin/fuzz} does. */
enum Targets {
    MIME,
    ENVELOPED,
    SIGNED_DATA,
    CERTIFICATE,
    CRL,
    OCSP,
    PKCS12,
    SST,
    POLICY,
    SMTP;

    static Targets named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    Target make() {
        CryptoProviders.install();
        return switch (this) {
            case MIME -> new MimeTarget();
            case ENVELOPED -> new EnvelopedTarget();
            case SIGNED_DATA -> new SignedDataTarget();
            case CERTIFICATE -> new CertificateTarget();
            case CRL -> new CrlTarget();
            case OCSP -> new OcspTarget();
            case PKCS12 -> new Pkcs12Target();
            case SST -> new SstTarget();
            case POLICY -> new PolicyTarget();
            case SMTP -> new SmtpTarget();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
