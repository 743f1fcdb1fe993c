package org.postseal.policy.deciding;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * The proof that the policy lets a message go to exactly these recipients without encryption of ours. Only a
 * {@link Ruling} makes one, so code that would send clear text without a decision does not compile. Immutable.
 */
public final class ClearPermit {
    private final Set<MailAddress> recipients;

    ClearPermit(Set<MailAddress> recipients) {
        this.recipients = Set.copyOf(recipients);
    }

    /** Joins permits into one for all their recipients. */
    public static ClearPermit join(Collection<ClearPermit> permits) {
        Set<MailAddress> all = new LinkedHashSet<>();
        permits.forEach(permit -> all.addAll(permit.recipients));
        return new ClearPermit(all);
    }

    /** Returns the addresses that may get the message; for a redirect, the quarantine mailbox. */
    public Set<MailAddress> recipients() {
        return recipients;
    }
}
