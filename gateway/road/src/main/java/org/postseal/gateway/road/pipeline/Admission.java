package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.RecipientsConfig;
import org.postseal.gateway.mail.Peer;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

/**
 * Decides who may send to whom, before any rule is asked, in every mode of the policy.
 *
 * @param origin says whose mail is our own users'
 * @param recipients says which local parts are accepted
 */
public record Admission(Origin origin, RecipientsConfig recipients) {
    /** Says why this peer may not send to this recipient; empty if it may. */
    Optional<Reason> refusal(Peer peer, MailAddress recipient, RuleSet rules) {
        // What is in a held copy comes from the peer that sent it the first time.
        if (peer.role() == Peer.Role.RELEASE) {
            return Optional.of(Reason.RELEASE_REFUSED);
        }
        if (!peer.mayRelay() && !rules.isInternal(recipient)) {
            return Optional.of(Reason.RELAY_DENIED);
        }
        return refusal(recipient, rules);
    }

    /** Says why nobody may send to this recipient; empty if anybody may. */
    Optional<Reason> refusal(MailAddress recipient, RuleSet rules) {
        // An MTA delivers mail for its own addresses here, and the policy has no rules for them unless it names them.
        boolean isUnknown = recipient.domain().isLiteral() && !rules.isInternal(recipient);
        return isUnknown
                        || rules.isSpelledOtherwise(recipient)
                        || (rules.isInternal(recipient) && recipients.isRoutedElsewhere(recipient))
                ? Optional.of(Reason.RECIPIENT_ROUTED_ELSEWHERE)
                : Optional.empty();
    }
}
