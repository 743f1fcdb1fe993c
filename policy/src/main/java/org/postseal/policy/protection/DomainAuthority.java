package org.postseal.policy.protection;

import org.postseal.certstore.MailAddress;

/** Who signs for a whole domain (RFC 3183 §3.1.1). */
public final class DomainAuthority {
    /** The local part of its address, and the common name of its certificate. */
    public static final String NAME = "domain-signing-authority";

    private DomainAuthority() {}

    /** The address that the certificate for the domain of {@code member} has. */
    public static MailAddress addressFor(MailAddress member) {
        return new MailAddress(NAME, member.domain());
    }
}
