package org.postseal.policy.deciding;

import java.util.Collection;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * The proof that a message goes to exactly these recipients as it came because its policy is only observed. Unlike a {@link ClearPermit} it says nothing about what the policy
 * decided, and it allows nothing but to leave every octet alone. Immutable.
 */
public final class ObservePermit {
    private final Set<MailAddress> recipients;

    ObservePermit(Collection<MailAddress> recipients) {
        this.recipients = Set.copyOf(recipients);
    }

    /** The addresses that may get it. */
    public Set<MailAddress> recipients() {
        return recipients;
    }
}
