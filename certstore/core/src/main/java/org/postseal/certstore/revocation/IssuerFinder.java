package org.postseal.certstore.revocation;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.MailCertificate;

/** The certificates around a path that is being checked, for lists that are signed with another key than the certificates are. */
public interface IssuerFinder {
    /** Certificates of this name, trusted or not. */
    List<MailCertificate> named(X500Name name);

    /** The path of {@code certificate} to {@code anchor}, in order but for revocation; empty when there is none. */
    Optional<List<MailCertificate>> path(MailCertificate certificate, MailCertificate anchor);
}
