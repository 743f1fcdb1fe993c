package org.postseal.gateway.road.pipeline;

import java.util.Collection;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.DirectoryFacts.Membership;
import org.postseal.policy.DirectoryGroup;

/** Answers who is in the groups of directory servers. Thread-safe; never throws. */
@FunctionalInterface
public interface GroupLookup {
    Membership member(MailAddress who, DirectoryGroup group);

    /** Whether one of these addresses is known to be another of this person's own, or that of a group that he is in; false also where nobody can say. */
    default boolean isListed(MailAddress who, Collection<MailAddress> addresses) {
        return false;
    }

    /** Of a gateway without directory servers. */
    static GroupLookup none() {
        return (_, group) -> new Membership.LookupFailed("directory server " + group.server() + " is not configured");
    }
}
