package org.postseal.certstore.revocation;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.MailCertificate;

/**
 * Finds the certificates around a path under check, for lists that are signed with another key than the certificates.
 */
public interface IssuerFinder {
    /** Returns the certificates with this subject, trusted or not. */
    List<MailCertificate> named(X500Name name);

    /**
     * Returns a path from {@code certificate} to {@code anchor} that is in order apart from revocation, or empty if
     * there is none.
     */
    Optional<List<MailCertificate>> path(MailCertificate certificate, MailCertificate anchor);
}
