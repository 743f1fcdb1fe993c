package org.postseal.gateway.road.delivery;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.recording.StageRecording;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalKeys;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.Upstream;
import org.postseal.gateway.road.journal.Upstreams;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the journal before it sends, and tells it the outcome of each recipient. A recipient whose copy the next hop
 * accepted at an earlier attempt gets nothing again. Thread-safe.
 *
 * <p>Units are sent one by one, and the outcome of each is on disk before the next one begins: a process that is killed
 * leaves at most one unit in doubt for each message that was on its way. The outcome of the last one comes to the disk
 * with the audit record.
 */
public final class JournaledDelivery implements Delivery {
    private final Journal journal;
    private final Delivery delivery;
    private final Upstreams upstreams;
    private final InstantSource clock;

    /**
     * @param delivery does the sending
     * @param upstreams which upstream a message comes from
     */
    public JournaledDelivery(Journal journal, Delivery delivery, Upstreams upstreams, InstantSource clock) {
        this.journal = journal;
        this.delivery = delivery;
        this.upstreams = upstreams;
        this.clock = clock;
    }

    @Override
    public void requireReady() throws JournalException {
        journal.requireReady();
    }

    /** Sends units that do not come from a peer's message, without the journal. */
    @Override
    public List<List<Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing) {
        return delivery.deliver(units, allOrNothing);
    }

    @Override
    public Attempt attempt(Envelope envelope, RawMessage message) throws JournalException {
        JournalKeys keys;
        try {
            keys = keys(envelope, message);
        } catch (IOException unreadable) {
            throw new JournalException("the message cannot be read: " + unreadable.getMessage(), unreadable);
        }
        RecordedSteps steps = new RecordedSteps(envelope, message.size());
        Journal.Claim claim = steps.recorded("claim", () -> journal.claim(keys.begun(envelope, clock.instant())));
        return new Journaled(envelope, keys, claim, steps);
    }

    private JournalKeys keys(Envelope envelope, RawMessage message) throws IOException {
        if (envelope.release().isPresent()) {
            return JournalKeys.of(Upstream.RELEASE, Optional.empty(), envelope, message);
        }
        Peer peer = envelope.peer();
        return JournalKeys.of(upstreams.of(peer), upstreams.before(peer, clock.instant()), envelope, message);
    }

    @Override
    public OpenedPassage forOpened(Way way, boolean needsSmtpUtf8) {
        return delivery.forOpened(way, needsSmtpUtf8);
    }

    @Override
    public void told(QueueId queueId) {
        journal.told(queueId);
    }

    private final class Journaled implements Attempt {
        private final Envelope envelope;
        private final List<JournalKey> keys;
        private final List<Optional<JournalEntry>> earlier;
        private final Journal.Claim claim;
        private final RecordedSteps steps;
        private final Set<Integer> sentAgain = new TreeSet<>();

        Journaled(Envelope envelope, JournalKeys keys, Journal.Claim claim, RecordedSteps steps)
                throws JournalException {
            this.envelope = envelope;
            this.keys = keys.current();
            this.claim = claim;
            this.steps = steps;
            try {
                this.earlier = keys.rows(claim.entries(), upstreams);
                List<JournalKey> known = earlier.stream()
                        .flatMap(Optional::stream)
                        .filter(JournalEntry::isSuppressing)
                        .map(JournalEntry::key)
                        .distinct()
                        .toList();
                if (!known.isEmpty()) {
                    claim.suppressed(known, envelope.queueId());
                }
            } catch (JournalException | RuntimeException e) {
                claim.close();
                throw e;
            }
        }

        @Override
        public Optional<Outcome> settled(int position) {
            return earlier.get(position)
                    .filter(JournalEntry::isSuppressing)
                    .map(entry ->
                            new Outcome(Reply.ofText(entry.reply()), false, Optional.empty(), Optional.of(SETTLED)));
        }

        @Override
        public Map<Integer, Outcome> deliver(List<DeliveryUnit> units, boolean allOrNothing) throws JournalException {
            List<DeliveryUnit> left = new ArrayList<>();
            Map<JournalKey, JournalEntry> rows = new LinkedHashMap<>();
            for (int u = 0; u < units.size(); u++) {
                Optional<DeliveryUnit> unit =
                        units.get(u).only(position -> settled(position).isEmpty());
                if (unit.isPresent()) {
                    left.add(unit.get());
                    for (int position : unit.get().positions()) {
                        rows.put(keys.get(position), prepared(position, u + 1));
                    }
                }
            }
            // An envelope that names a recipient whom its unit does not name is a fault of ours. It must be found
            // before the journal is told.
            left.forEach(unit -> unit.envelope().requireNamedBy(unit.sendable()));
            FailPoint.AFTER_PREPARE.reached();
            steps.record("prepare", () -> claim.prepared(List.copyOf(rows.values())));
            FailPoint.BEFORE_CONNECT.reached();
            return send(left, rows, allOrNothing);
        }

        @Override
        public Set<Integer> sentAgain() {
            return sentAgain;
        }

        @Override
        public void close() {
            claim.close();
        }

        private JournalEntry prepared(int position, int unit) {
            JournalKey key = keys.get(position);
            Optional<JournalEntry> before = earlier.get(position);
            boolean isInDoubt = before.filter(JournalEntry::isInDoubt).isPresent();
            if (isInDoubt) {
                sentAgain.add(position);
                LOG.warn(
                        "{}: {} is sent the message again, maybe a second copy:"
                                + " an earlier attempt ended before its result was known",
                        envelope.queueId(),
                        envelope.recipients().get(position).address());
            }
            // Without an IDENT, a row whose peer has our 2xx belongs to another message, even one that looks the same.
            int doubts = before.filter(entry -> entry.told().isEmpty())
                    .map(JournalEntry::doubts)
                    .orElse(0);
            return new JournalEntry(
                    key,
                    JournalState.PREPARED,
                    envelope.queueId().text(),
                    JournalKey.ident(envelope),
                    envelope.recipients().get(position).address().toString(),
                    unit,
                    "",
                    Optional.empty(),
                    isInDoubt ? doubts + 1 : doubts,
                    clock.instant());
        }

        private Map<Integer, Outcome> send(
                List<DeliveryUnit> units, Map<JournalKey, JournalEntry> rows, boolean allOrNothing) {
            Map<Integer, Outcome> outcomes = new HashMap<>();
            Map<Integer, Outcome> held = new HashMap<>();
            Optional<Outcome> stop = Optional.empty();
            for (int u = 0; u < units.size(); u++) {
                DeliveryUnit unit = units.get(u);
                if (stop.isPresent()) {
                    Outcome heldBack = stop.get();
                    unit.positions().forEach(position -> held.put(position, heldBack));
                    continue;
                }
                Map<Integer, Outcome> ofUnit = sent(unit, rows, allOrNothing);
                outcomes.putAll(ofUnit);
                FailPoint.BEFORE_JOURNAL_COMMIT.reached();
                boolean hasFailed = !ofUnit.values().stream().allMatch(Outcome::isAccepted);
                boolean isLast = u == units.size() - 1 || (allOrNothing && hasFailed);
                boolean isWritten = settle(ofUnit, rows, outcomes, isLast);
                FailPoint.AFTER_JOURNAL_COMMIT.reached();
                if (!isWritten) {
                    stop = Optional.of(Outcome.of(Reason.JOURNAL_UNAVAILABLE, "an earlier unit is not recorded"));
                } else if (allOrNothing && hasFailed) {
                    stop = Optional.of(Outcome.of(Reason.NOT_SENT_WITH_OTHERS, "an earlier unit failed"));
                }
            }
            outcomes.putAll(held);
            if (!held.isEmpty()) {
                // Without this, these copies would count as in doubt at the retry, although they have never left. No
                // harm is done if this cannot be written.
                boolean _ = settle(held, rows, outcomes, true);
            }
            return outcomes;
        }

        private List<JournalEntry> ended(List<Integer> positions, Map<JournalKey, JournalEntry> rows, Outcome outcome) {
            return positions.stream()
                    .map(position -> ended(Objects.requireNonNull(rows.get(keys.get(position))), outcome))
                    .toList();
        }

        private Map<Integer, Outcome> sent(
                DeliveryUnit unit, Map<JournalKey, JournalEntry> rows, boolean allOrNothing) {
            Map<Integer, Outcome> heard = new ConcurrentHashMap<>();
            NextHop.Acceptance acceptance = new NextHop.Acceptance() {
                @Override
                public void accepted(int recipient, Reply reply) {
                    List<Integer> positions = unit.positionsOf(recipient);
                    Outcome accepted = new Outcome(reply, false);
                    positions.forEach(position -> heard.put(position, accepted));
                    claim.accepted(ended(positions, rows, accepted));
                }

                @Override
                public Optional<Outcome> obstacle() {
                    try {
                        claim.requireHeld();
                        return Optional.empty();
                    } catch (JournalException e) {
                        return Optional.of(Outcome.of(Reason.JOURNAL_UNAVAILABLE, String.valueOf(e.getMessage())));
                    }
                }
            };
            Map<Integer, Outcome> outcomes =
                    new HashMap<>(Attempt.byPosition(List.of(unit), List.of(send(unit, allOrNothing, acceptance))));
            // The waiting thread may have been interrupted, or have failed at the reply of another recipient. A
            // recipient whose acceptance was heard before that is not in doubt.
            outcomes.replaceAll(
                    (position, outcome) -> outcome.inDoubt() ? heard.getOrDefault(position, outcome) : outcome);
            return outcomes;
        }

        private List<Outcome> send(DeliveryUnit unit, boolean allOrNothing, NextHop.Acceptance acceptance) {
            StageRecording sending = StageRecording.begin("send");
            try {
                return delivery.deliver(unit, allOrNothing, acceptance);
            } finally {
                steps.end(sending);
            }
        }

        private JournalEntry ended(JournalEntry row, Outcome outcome) {
            return new JournalEntry(
                    row.key(),
                    stateAfter(outcome),
                    row.queueId(),
                    row.upstreamId(),
                    row.recipient(),
                    row.unit(),
                    outcome.reply().toString(),
                    Optional.empty(),
                    row.doubts(),
                    clock.instant());
        }

        /**
         * Writes the outcomes to the journal, and returns false if it cannot be written. In that case, accepted
         * recipients get a temporary failure, and they are in doubt at the retry.
         */
        private boolean settle(
                Map<Integer, Outcome> ofUnit,
                Map<JournalKey, JournalEntry> rows,
                Map<Integer, Outcome> outcomes,
                boolean isLast) {
            Map<JournalKey, JournalEntry> ended = new LinkedHashMap<>();
            ofUnit.forEach((position, outcome) -> {
                JournalKey key = keys.get(position);
                JournalEntry end = ended(Objects.requireNonNull(rows.get(key)), outcome);
                // The same address may stand twice in one envelope: what counts is that one copy was accepted, or may
                // have been.
                ended.merge(key, end, (one, other) -> weight(one) >= weight(other) ? one : other);
            });
            try {
                steps.record("settle", () -> claim.settled(List.copyOf(ended.values()), isLast));
                return true;
            } catch (JournalException e) {
                LOG.error(
                        "{}: the reply of the next hop cannot be recorded, message deferred: {}",
                        envelope.queueId(),
                        e.getMessage());
                ofUnit.forEach((position, outcome) -> {
                    if (outcome.isAccepted()) {
                        outcomes.put(position, unrecorded(outcome, e));
                    }
                });
                return false;
            }
        }
    }

    private static JournalState stateAfter(Outcome outcome) {
        if (outcome.isAccepted()) {
            return JournalState.ACCEPTED;
        }
        // The row stays PREPARED, with our reply beside it, so that a list of what is in doubt finds it.
        return outcome.inDoubt() ? JournalState.PREPARED : JournalState.REFUSED;
    }

    private static int weight(JournalEntry row) {
        return switch (row.state()) {
            case ACCEPTED -> 2;
            case PREPARED -> 1;
            case REFUSED -> 0;
        };
    }

    private static final String SETTLED = "accepted at an earlier attempt, not sent again";

    private static Outcome unrecorded(Outcome accepted, JournalException cause) {
        return new Outcome(
                Reply.of(Reason.JOURNAL_UNAVAILABLE),
                true,
                Optional.of(Reason.JOURNAL_UNAVAILABLE),
                Optional.of("in doubt: the next hop has accepted it (" + accepted.reply()
                        + "), which could not be recorded: " + cause.getMessage()));
    }

    private static final Logger LOG = LoggerFactory.getLogger(JournaledDelivery.class);
}
