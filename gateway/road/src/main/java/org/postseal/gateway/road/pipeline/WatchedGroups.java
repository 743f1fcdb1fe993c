package org.postseal.gateway.road.pipeline;

import java.util.Collection;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.road.pipeline.Preparation.Phase;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.people.DirectoryGroup;

/**
 * The groups of directory servers, as one message that is being prepared asks for them. The watch then knows that its
 * thread is asking.
 */
record WatchedGroups(GroupLookup groups, Preparation preparation) implements GroupLookup {
    @Override
    public Membership member(MailAddress who, DirectoryGroup group) {
        try (Preparation.Stay _ = preparation.at(Phase.ASKING)) {
            return groups.member(who, group);
        }
    }

    @Override
    public boolean isListed(MailAddress who, Collection<MailAddress> addresses) {
        try (Preparation.Stay _ = preparation.at(Phase.ASKING)) {
            return groups.isListed(who, addresses);
        }
    }
}
