package org.postseal.certstore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.cert.CertificateException;
import java.util.Optional;

/**
 * Remembers certificates of other people by their octets. Correspondents write often and their issuers sign many
 * certificates, while parsing one costs as much as verifying a signature. It says nothing about trust. Thread-safe.
 */
public final class ForeignCertificates {
    private static final CacheCount COUNT = CacheCount.of("certificates");

    private final Cache<CertificateId, MailCertificate> parsed;

    /**
     * Creates the cache.
     *
     * @param most the most certificates that are remembered; each takes about 15 KB
     */
    public ForeignCertificates(int most) {
        this.parsed = Caffeine.newBuilder().maximumSize(most).build();
    }

    /** Parses DER like {@link MailCertificate#of}, or returns the remembered certificate. */
    public MailCertificate of(byte[] der) throws CertificateException {
        Optional<MailCertificate> known = find(der);
        if (known.isPresent()) {
            return known.get();
        }
        COUNT.miss();
        MailCertificate certificate = MailCertificate.of(der);
        parsed.put(certificate.id(), certificate);
        return certificate;
    }

    /** Returns the remembered certificate that has exactly these octets. */
    public Optional<MailCertificate> find(byte[] octets) {
        // Senders choose the octets, so the key is a digest without known collisions.
        Optional<MailCertificate> known = Optional.ofNullable(parsed.getIfPresent(CertificateId.of(octets)));
        known.ifPresent(_ -> COUNT.hit());
        return known;
    }
}
