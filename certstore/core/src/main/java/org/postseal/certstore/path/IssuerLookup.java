package org.postseal.certstore.path;

import java.util.List;
import org.postseal.certstore.MailCertificate;

/** A place with too many certificates to hand them all over, asked only for the issuers that a path lacks. Thread-safe. */
@FunctionalInterface
public interface IssuerLookup {
    /** Nothing there. */
    IssuerLookup NONE = _ -> List.of();

    /**
     * Certificates that may have issued {@code certificate}; they help to build a path and are not trusted by themselves.
     *
     * @throws org.postseal.certstore.StoreUnavailableException when it cannot say
     */
    List<MailCertificate> issuersOf(MailCertificate certificate);
}
