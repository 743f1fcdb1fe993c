package org.postseal.gateway.road.pipeline;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.policy.deciding.EnvelopeClass;
import org.postseal.policy.deciding.RuleSet;

/**
 * Tells recipients apart by what the envelope says.
 *
 * @param origin says whose mail is our own users'
 * @param nextHops the next hop of each recipient
 * @param groups answers who is in the groups of directory servers
 */
record EnvelopeClasses(Origin origin, NextHopsConfig nextHops, GroupLookup groups) {
    /**
     * True if, as far as can be told before the message is there, the policy treats both recipients alike and their
     * mail goes the same way.
     */
    boolean areAlike(
            Peer peer, ReversePath sender, MailAddress one, MailAddress other, PolicyInForce policy, Instant now) {
        RuleSet rules = policy.rules();
        boolean maySubmit = origin.maySubmit(peer);
        Routing routing = new Routing(nextHops, rules, maySubmit, sender.mailbox());
        Directory directory = new Directory(policy.certificates(), now, rules.directoryGroups(), groups);
        return routing.way(one).equals(routing.way(other))
                && of(one, maySubmit, sender, rules, directory).equals(of(other, maySubmit, sender, rules, directory));
    }

    private static EnvelopeClass of(
            MailAddress recipient, boolean maySubmit, ReversePath sender, RuleSet rules, Directory directory) {
        return rules.envelopeClass(
                recipient,
                maySubmit,
                sender.mailbox(),
                directory.factsFor(recipient, Optional.empty(), new SenderEncryption.None()));
    }
}
