package org.postseal.certstore.path;

import java.util.List;
import org.postseal.certstore.MailCertificate;

/**
 * Finds issuers in a place with too many certificates to hand them all over. It is asked only for the issuers that a
 * path lacks. Thread-safe.
 */
@FunctionalInterface
public interface IssuerLookup {
    /** Finds nothing. */
    IssuerLookup NONE = _ -> List.of();

    /**
     * Returns certificates that may have issued {@code certificate}. They help to build a path and are not trusted by
     * themselves.
     *
     * @throws org.postseal.certstore.StoreUnavailableException if the place cannot answer
     */
    List<MailCertificate> issuersOf(MailCertificate certificate);
}
