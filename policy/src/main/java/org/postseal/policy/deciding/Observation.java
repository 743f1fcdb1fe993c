package org.postseal.policy.deciding;

import java.util.Collection;
import org.postseal.certstore.MailAddress;

/**
 * The administrator's word that a policy is only watched: everything is relayed as it came, whatever is decided. Only {@link RuleSet#observe} makes one, which only a gateway
 * that is configured so calls. Immutable.
 */
public final class Observation {
    Observation() {}

    /** The permit to relay one message to these recipients as it came. */
    public ObservePermit permit(Collection<MailAddress> recipients) {
        return new ObservePermit(recipients);
    }
}
