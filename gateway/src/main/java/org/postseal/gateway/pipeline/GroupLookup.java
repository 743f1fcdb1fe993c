package org.postseal.gateway.pipeline;

import org.postseal.certstore.MailAddress;
import org.postseal.policy.DirectoryFacts.Membership;
import org.postseal.policy.DirectoryGroup;

/** Answers who is in the groups of directory servers. Thread-safe; never throws. */
@FunctionalInterface
public interface GroupLookup {
    Membership member(MailAddress who, DirectoryGroup group);

    /** Of a gateway without directory servers. */
    static GroupLookup none() {
        return (_, group) -> new Membership.LookupFailed("directory server " + group.server() + " is not configured");
    }
}
