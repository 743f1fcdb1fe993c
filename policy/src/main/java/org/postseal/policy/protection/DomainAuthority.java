package org.postseal.policy.protection;

import org.postseal.certstore.MailAddress;

/** The signing authority of a domain (RFC 3183 §3.1.1). */
public final class DomainAuthority {
    /** The local part of the authority's address, and the common name of its certificate. */
    public static final String NAME = "domain-signing-authority";

    private DomainAuthority() {}

    /** Returns the address in the certificate for the domain of {@code member}. */
    public static MailAddress addressFor(MailAddress member) {
        return new MailAddress(NAME, member.domain());
    }
}
