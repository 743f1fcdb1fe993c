package org.postseal.certstore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.cert.CertificateException;

/**
 * Remembers certificates of other people by their octets: correspondents write often, and their issuers sign many, while to parse one costs as much as to verify a
 * signature. Says nothing about trust. Thread-safe.
 */
public final class ForeignCertificates {
    private static final CacheCount COUNT = CacheCount.of("certificates");

    private final Cache<CertificateId, MailCertificate> parsed;

    /** @param most how many are remembered; one takes about 15 KB */
    public ForeignCertificates(int most) {
        this.parsed = Caffeine.newBuilder().maximumSize(most).build();
    }

    /** As {@link MailCertificate#of}. */
    public MailCertificate of(byte[] der) throws CertificateException {
        // by a digest that nobody finds collisions of, since senders choose the octets
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
