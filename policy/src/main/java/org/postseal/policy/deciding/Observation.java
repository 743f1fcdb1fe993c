package org.postseal.policy.deciding;

import java.util.Collection;
import org.postseal.certstore.MailAddress;

/**
 * The administrator's decision that a policy is only observed: everything is relayed as it came, whatever the policy
 * decides. Only {@link RuleSet#observe} makes one, and only a gateway that is configured so calls it. Immutable.
 */
public final class Observation {
    Observation() {}

    /** Returns the permit to relay one message to these recipients as it came. */
    public ObservePermit permit(Collection<MailAddress> recipients) {
        return new ObservePermit(recipients);
    }
}
