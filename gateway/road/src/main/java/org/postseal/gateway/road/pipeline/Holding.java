package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into a copy for the quarantine what is needed to release it. Thread-safe.
 *
 * @param seal seals the copies
 * @param expires how long after the message came its copy can be released
 */
public record Holding(HeldSeal seal, Duration expires) {
    private static final Logger LOG = LoggerFactory.getLogger(Holding.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Returns a new id for a copy. */
    static String id() {
        byte[] octets = new byte[16];
        RANDOM.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    /**
     * Returns the field that stands directly above the octets of the copy.
     *
     * @param passage the message as it came
     * @param plans of the recipients for whom the copy stands
     */
    byte[] field(String id, Passage passage, List<RecipientPlan> plans, Reason reason, RawMessage octets)
            throws IOException {
        Envelope whole = passage.envelope();
        Envelope envelope = new Envelope(
                whole.queueId(),
                whole.reversePath(),
                plans.stream().map(RecipientPlan::recipient).toList(),
                whole.parameters(),
                whole.peer(),
                whole.received(),
                whole.intake());
        HeldCopy copy = new HeldCopy(
                id,
                whole.received().plus(expires),
                reason,
                plans.stream().map(Holding::rule).toList(),
                passage.policy().rules().sha256(),
                envelope);
        Optional<byte[]> field = seal.field(copy, octets);
        if (field.isEmpty()) {
            LOG.warn(
                    "{}: the quarantine gets a copy that cannot be released, since {} recipients are too many for its"
                            + " field",
                    whole.queueId(),
                    plans.size());
        }
        return field.orElseGet(() -> new byte[0]);
    }

    private static String rule(RecipientPlan plan) {
        return plan.ruling().map(ruling -> ruling.explanation().rule()).orElse("");
    }
}
