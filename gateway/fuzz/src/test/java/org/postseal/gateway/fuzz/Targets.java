package org.postseal.gateway.fuzz;

import java.util.Locale;
import java.util.function.Supplier;
import org.postseal.certstore.provider.CryptoProviders;

/** Names the targets as {@code bin/fuzz} does. */
enum Targets {
    MIME(MimeTarget::new),
    ENVELOPED(EnvelopedTarget::new),
    SIGNED_DATA(SignedDataTarget::new),
    CERTIFICATE(CertificateTarget::new),
    CRL(CrlTarget::new),
    OCSP(OcspTarget::new),
    PKCS12(Pkcs12Target::new),
    SST(SstTarget::new),
    POLICY(PolicyTarget::new),
    SMTP(SmtpTarget::new);

    private final Supplier<Target> maker;

    Targets(Supplier<Target> maker) {
        this.maker = maker;
    }

    static Targets named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    Target make() {
        CryptoProviders.install();
        return maker.get();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
