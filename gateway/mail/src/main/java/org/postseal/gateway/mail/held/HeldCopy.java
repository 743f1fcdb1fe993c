package org.postseal.gateway.mail.held;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.policy.outcome.Reason;

/**
 * Holds what a held copy carries about the message that it holds. Immutable.
 *
 * @param id 32 hexadecimal digits, by which people name the copy
 * @param expires from then on nobody can release the copy
 * @param reason why the message was held
 * @param rules the id of the rule that decided, for each recipient in the order of the envelope; empty if no rule was
 *     asked
 * @param policy the SHA-256 of the policy that decided, in hexadecimal
 * @param envelope as the message came, with the peer that handed it over, and only the recipients that this copy stands
 *     for
 */
public record HeldCopy(
        String id, Instant expires, Reason reason, List<String> rules, String policy, Envelope envelope) {
    public HeldCopy {
        rules = List.copyOf(rules);
    }

    /** Returns when the message came. */
    public Instant at() {
        return envelope.received();
    }

    /** Returns the id of the rule that held the message back from this recipient; empty if no rule was asked. */
    public String rule(MailAddress recipient) {
        return IntStream.range(0, rules.size())
                .filter(i -> envelope.recipients().get(i).address().equals(recipient))
                .mapToObj(rules::get)
                .findFirst()
                .orElse("");
    }
}
