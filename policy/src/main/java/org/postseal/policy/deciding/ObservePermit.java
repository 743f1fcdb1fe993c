package org.postseal.policy.deciding;

import java.util.Collection;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * The proof that a message goes to exactly these recipients as it came, because its policy is only observed. Unlike a
 * {@link ClearPermit}, it says nothing about the policy's decision, and it allows only to leave every octet alone.
 * Immutable.
 */
public final class ObservePermit {
    private final Set<MailAddress> recipients;

    ObservePermit(Collection<MailAddress> recipients) {
        this.recipients = Set.copyOf(recipients);
    }

    public Set<MailAddress> recipients() {
        return recipients;
    }
}
