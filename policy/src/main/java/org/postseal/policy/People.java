package org.postseal.policy;

import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * Addresses, and groups whose members a directory server knows. Immutable.
 *
 * @param groups by name
 */
record People(Set<MailAddress> addresses, Set<String> groups) {
    /** Whether somebody is among them; a server is asked only for who is not named. */
    Truth have(MailAddress who, Asked asked) {
        Truth truth = Truth.of(addresses.contains(who));
        for (String group : groups) {
            if (truth instanceof Truth.Yes) {
                return truth;
            }
            truth = truth.or(asked.member(who, group));
        }
        return truth;
    }

    Condition.Rank rank() {
        return groups.isEmpty() ? Condition.Rank.AT_HAND : Condition.Rank.ASKED_FOR;
    }
}
