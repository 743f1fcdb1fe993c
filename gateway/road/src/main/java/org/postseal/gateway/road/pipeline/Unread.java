package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.journal.JournalKeys;
import org.postseal.gateway.road.journal.Upstream;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.deciding.ClearPermit;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares messages that must not be looked into. By its envelope alone, such a message goes to the quarantine of the
 * policy or to nobody. Thread-safe.
 */
final class Unread {
    private static final Logger LOG = LoggerFactory.getLogger(Unread.class);

    private final Outgoing outgoing;
    private final Admission admission;
    private final NextHopsConfig nextHops;

    Unread(Outgoing outgoing, Admission admission, NextHopsConfig nextHops) {
        this.outgoing = outgoing;
        this.admission = admission;
        this.nextHops = nextHops;
    }

    /**
     * Sends the message to the quarantine as it came, for every recipient the peer may send to. Nobody gets it if the
     * policy names no quarantine or is only observed.
     *
     * @param outside says who already has the message; nothing is done for them
     */
    Prepared redirected(Passage passage, RawMessage message, Reason reason, Outside outside) {
        Envelope envelope = passage.envelope();
        try {
            // Apart from the question to the journal, this and the digest of a held copy are the only looks into the
            // message: they compute over its octets. A hang here is therefore the message's own fault.
            var _ = JournalKeys.of(new Upstream.Unnamed(envelope.peer()), Optional.empty(), envelope, message);
            return redirected(passage, message, reason, outside.served());
        } catch (IOException e) {
            LOG.error(
                    "{}: it is not known which recipients have the message, deferred: {}",
                    envelope.queueId(),
                    e.getMessage());
            return Prepared.refused(passage, Reason.JOURNAL_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private Prepared redirected(Passage passage, RawMessage message, Reason reason, Set<Integer> served)
            throws IOException {
        Envelope envelope = passage.envelope();
        PolicyInForce policy = passage.policy();
        List<RecipientPlan> plans = new ArrayList<>();
        for (int i = 0; i < envelope.recipients().size(); i++) {
            plans.add(plan(i, envelope, reason, policy));
        }
        List<RecipientPlan> redirected = plans.stream()
                .filter(plan -> plan.ruling().isPresent() && !served.contains(plan.position()))
                .toList();
        List<DeliveryUnit> units = new ArrayList<>();
        if (!redirected.isEmpty()
                && redirected.getFirst().ruling().map(Ruling::decision).orElseThrow()
                        instanceof Decision.Redirect redirect) {
            ClearPermit permit = ClearPermit.join(redirected.stream()
                    .flatMap(plan -> plan.ruling().flatMap(Ruling::clearPermit).stream())
                    .toList());
            units.add(outgoing.unread(passage, redirected, redirect, Sendable.untouched(message, permit))
                    .by(routing(envelope, policy).way(redirect.quarantine())));
            redirected.forEach(plan -> plans.set(plan.position(), plan.relayed(Share.asItCame(1, List.of()))));
        }
        return Prepared.unread(passage, plans, units);
    }

    /** The From address is not known here, so the reverse path stands for the sender. */
    private Routing routing(Envelope envelope, PolicyInForce policy) {
        return new Routing(
                nextHops,
                policy.rules(),
                admission.origin().maySubmit(envelope.peer()),
                envelope.reversePath().mailbox());
    }

    private RecipientPlan plan(int position, Envelope envelope, Reason reason, PolicyInForce policy) {
        Recipient recipient = envelope.recipients().get(position);
        Optional<Reason> refusal = admission.refusal(envelope.peer(), recipient.address(), policy.rules());
        if (refusal.isPresent()) {
            return RecipientPlan.notAdmitted(position, recipient, refusal.get());
        }
        return Optional.of(policy)
                .filter(known -> known.observation().isEmpty())
                .flatMap(known -> known.rules()
                        .unread(recipient.address(), admission.origin().maySubmit(envelope.peer()), reason))
                .map(ruling -> RecipientPlan.unread(position, recipient, ruling))
                .orElseGet(() -> RecipientPlan.failed(position, recipient, reason, reason.auditText()));
    }
}
