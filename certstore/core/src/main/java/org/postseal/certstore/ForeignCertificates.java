package org.postseal.certstore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.cert.CertificateException;

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
        // Senders choose the octets, so the key is a digest without known collisions.
        CertificateId id = CertificateId.of(der);
        MailCertificate known = parsed.getIfPresent(id);
        if (known == null) {
            COUNT.miss();
            known = MailCertificate.of(der);
            parsed.put(id, known);
        } else {
            COUNT.hit();
        }
        return known;
    }
}
