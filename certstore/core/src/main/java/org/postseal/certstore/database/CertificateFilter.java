package org.postseal.certstore.database;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * What to list, by expiry, soonest first.
 *
 * @param source as in {@link StoredCertificate.Entry}; empty for all
 * @param address that the certificate carries
 * @param expiresBefore NotAfter before this
 * @param after where the last page ended
 * @param limit certificates of one page, 1 to {@value #MAX_LIMIT}
 */
public record CertificateFilter(
        Optional<String> source,
        Optional<MailAddress> address,
        Optional<Instant> expiresBefore,
        Optional<Position> after,
        int limit) {
    /** Most certificates of one page. */
    public static final int MAX_LIMIT = 1_000;

    public CertificateFilter {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " certificates");
        }
    }

    /** Everything. */
    public static CertificateFilter all(int limit) {
        return new CertificateFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    /** Those of one source. */
    public static CertificateFilter ofSource(String source, int limit) {
        return new CertificateFilter(Optional.of(source), Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    /** The next page. */
    public CertificateFilter following(MailCertificate last) {
        return new CertificateFilter(
                source, address, expiresBefore, Optional.of(new Position(last.notAfter(), last.id())), limit);
    }

    /** Where a page ended. */
    public record Position(Instant notAfter, CertificateId id) {}
}
