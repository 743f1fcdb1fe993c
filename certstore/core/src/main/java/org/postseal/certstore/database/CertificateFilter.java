package org.postseal.certstore.database;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Says which certificates to list, soonest expiry first.
 *
 * @param source as in {@link StoredCertificate.Entry}; empty for all sources
 * @param address an address that the certificate must carry
 * @param expiresBefore a time that NotAfter must lie before
 * @param after the position where the last page ended
 * @param limit the most certificates on one page, 1 to {@value #MAX_LIMIT}
 */
public record CertificateFilter(
        Optional<String> source,
        Optional<MailAddress> address,
        Optional<Instant> expiresBefore,
        Optional<Position> after,
        int limit) {
    public static final int MAX_LIMIT = 1_000;

    public CertificateFilter {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " certificates");
        }
    }

    public static CertificateFilter all(int limit) {
        return new CertificateFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    public static CertificateFilter ofSource(String source, int limit) {
        return new CertificateFilter(Optional.of(source), Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    /** Returns the filter of the next page, where {@code last} is the last certificate of this page. */
    public CertificateFilter following(MailCertificate last) {
        return new CertificateFilter(
                source, address, expiresBefore, Optional.of(new Position(last.notAfter(), last.id())), limit);
    }

    /** The position where a page ended. */
    public record Position(Instant notAfter, CertificateId id) {}
}
