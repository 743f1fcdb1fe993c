package org.postseal.gateway.road.pipeline;

import java.util.Collection;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.people.DirectoryGroup;

/** Answers who is in the groups of directory servers. Thread-safe; never throws. */
@FunctionalInterface
public interface GroupLookup {
    Membership member(MailAddress who, DirectoryGroup group);

    /**
     * True if one of these addresses is known to be another address of this person, or that of a group that they are
     * in. False if that is not so or cannot be found out.
     */
    default boolean isListed(MailAddress who, Collection<MailAddress> addresses) {
        return false;
    }

    /** The look-up of a gateway without directory servers. */
    static GroupLookup none() {
        return (_, group) -> new Membership.LookupFailed("directory server " + group.server() + " is not configured");
    }
}
