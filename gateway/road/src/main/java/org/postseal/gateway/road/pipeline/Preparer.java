package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.util.List;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.acme.Challenges;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.policy.outcome.Reason;

/**
 * Takes a message through the steps from its octets to every copy that is to leave, and sends nothing. Thread-safe.
 */
public final class Preparer {
    private final Admission admission;
    private final EnvelopeClasses classes;
    private final Unread unread;
    private final Inspector inspector;
    private final RecipientDecider decider;
    private final Sealer sealer;
    private final Observed observed;
    private final Challenges challenges;

    /** The preparer of a gateway that no ACME authority writes to; the parameters are as below. */
    public Preparer(OwnFields fields, Admission admission, NextHopsConfig nextHops, GroupLookup groups, CmsWork cms) {
        this(fields, admission, nextHops, groups, cms, Challenges.none());
    }

    /**
     * @param fields the header fields that only we write
     * @param admission decides who may send to whom
     * @param nextHops where copies go; mail is not opened for a recipient whose next hop may not carry opened mail
     * @param groups answers who is in the groups of directory servers
     * @param cms signs, encrypts, opens and verifies
     * @param challenges the challenges of ACME authorities that are answered here
     */
    public Preparer(
            OwnFields fields,
            Admission admission,
            NextHopsConfig nextHops,
            GroupLookup groups,
            CmsWork cms,
            Challenges challenges) {
        Outgoing outgoing = new Outgoing(fields, admission.origin());
        this.admission = admission;
        this.classes = new EnvelopeClasses(admission.origin(), nextHops, groups);
        this.unread = new Unread(outgoing, admission, nextHops);
        this.inspector = new Inspector(fields, admission.origin());
        this.decider = new RecipientDecider(admission, nextHops, groups, cms, challenges);
        this.sealer = new Sealer(cms, outgoing);
        this.challenges = challenges;
        this.observed = new Observed(outgoing);
    }

    /**
     * Prepares every copy of the message. Never throws: a fault of ours becomes a temporary failure of the recipients
     * it concerns.
     */
    Prepared prepare(Arrival arrival) {
        try {
            return switch (inspect(arrival)) {
                case Parsed.Refused<Inspected>(Reason reason, String detail) ->
                    Prepared.refused(arrival.passage(), reason, detail);
                case Parsed.Success<Inspected>(Inspected inspected) -> prepare(inspected);
            };
        } catch (IOException | RuntimeException | StackOverflowError e) {
            Failure failure = Failure.of(arrival.envelope().queueId(), e);
            return Prepared.refused(arrival.passage(), failure.reason(), failure.detail());
        }
    }

    private Prepared prepare(Inspected inspected) throws IOException {
        Decided decided = decider.decide(inspected).allOrNobody();
        return inspected.arrival().passage().isObserved()
                ? observed.relay(decided)
                : sealer.seal(Splitter.split(decided));
    }

    /**
     * Says what would be decided for each recipient without making any copy, or why the message would be refused before
     * that.
     */
    public Parsed<List<RecipientPlan>> plan(
            Envelope envelope, RawMessage message, Spool.Scope scope, PolicyInForce policy) throws IOException {
        Preparation preparation = Preparation.unwatched();
        Passage passage = new Passage(envelope, message.size(), policy, preparation.clock());
        return switch (inspect(new Arrival(passage, message, scope, preparation, Outside.none()))) {
            case Parsed.Refused<Inspected>(Reason reason, String detail) -> Parsed.refused(reason, detail);
            case Parsed.Success<Inspected>(Inspected inspected) ->
                new Parsed.Success<>(decider.decide(inspected).plans());
        };
    }

    private Parsed<Inspected> inspect(Arrival arrival) throws IOException {
        try (StageClock.Running _ = arrival.clock().begin(Stage.INSPECT)) {
            return switch (inspector.inspect(arrival.envelope(), arrival.message(), arrival.scope())) {
                case Parsed.Refused<Inspection>(Reason reason, String detail) -> Parsed.refused(reason, detail);
                case Parsed.Success<Inspection>(Inspection inspection) ->
                    new Parsed.Success<>(Inspected.of(arrival, inspection));
            };
        }
    }

    Challenges challenges() {
        return challenges;
    }

    Admission admission() {
        return admission;
    }

    /** Prepares messages that must not be looked into. */
    Unread unread() {
        return unread;
    }

    /** Tells recipients apart before the message is there. */
    EnvelopeClasses classes() {
        return classes;
    }
}
