package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.road.delivery.Attempt;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.delivery.HopDelivery;
import org.postseal.gateway.road.delivery.JournaledDelivery;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.Upstreams;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/** The real delivery, over a next hop that notes what it is given and answers as told. */
final class RecordingDelivery implements Delivery {
    static final Reply ACCEPTED = Reply.of(250, "2.0.0", "queued as 4ABC");

    private final List<Sent> sent = new ArrayList<>();
    private final List<Integer> unitsPerMessage = new ArrayList<>();
    private final Delivery real = new HopDelivery(new NextHop() {
        @Override
        public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
            try {
                sent.add(new Sent(
                        unit, envelope, unit.message().toByteArray(), List.copyOf(unit.recipients()), allOrNothing));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return answers.size() < sent.size()
                    ? envelope.recipients().stream()
                            .map(_ -> new Outcome(ACCEPTED, false))
                            .toList()
                    : answers.get(sent.size() - 1);
        }

        @Override
        public OpenedPassage forOpened(NextHopConfig.Way way, boolean needsSmtpUtf8) {
            return OpenedPassage.Open.ANY;
        }

        @Override
        public void close() {}
    });
    private List<List<NextHop.Outcome>> answers = List.of();
    private OpenedPassage passage = OpenedPassage.Open.ANY;
    private Optional<RuntimeException> fault = Optional.empty();
    private Optional<JournaledDelivery> journaled = Optional.empty();
    private volatile Runnable before = () -> {};

    /**
     * One transaction at the next hop.
     *
     * @param octets the octets of the unit, without the trace fields
     * @param permitted the recipients that the unit names
     */
    record Sent(
            Sendable unit,
            OutgoingEnvelope envelope,
            byte[] octets,
            List<MailAddress> permitted,
            boolean allOrNothing) {
        List<String> recipients() {
            return envelope.recipients().stream()
                    .map(recipient -> recipient.address().toString())
                    .toList();
        }

        String trace() {
            return new String(envelope.traceFields(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Sets what the next hop says about each unit, in order. It accepts the units that have no answer. */
    void answer(List<List<NextHop.Outcome>> byUnit) {
        answers = byUnit;
    }

    /** Makes it throw from now on. */
    void breakWith(RuntimeException cause) {
        fault = Optional.of(cause);
    }

    /** Sets what all next hops say about opened mail. */
    void forOpened(OpenedPassage said) {
        passage = said;
    }

    /** From now on, asks a journal before it sends. */
    void journal(Journal journal) {
        Upstreams upstreams = new Upstreams(List.of(), Parties.NOW, Duration.ofDays(6), false);
        journaled = Optional.of(new JournaledDelivery(journal, this, upstreams, InstantSource.fixed(Parties.NOW)));
    }

    /** Does this before each attempt from now on. */
    void beforeAttempt(Runnable wanted) {
        before = wanted;
    }

    @Override
    public Attempt attempt(Envelope envelope, RawMessage message) throws JournalException {
        before.run();
        return journaled.isPresent() ? journaled.get().attempt(envelope, message) : Attempt.first(this);
    }

    @Override
    public OpenedPassage forOpened(NextHopConfig.Way way, boolean needsSmtpUtf8) {
        return passage;
    }

    List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** Returns how many units each call was given; the list is empty if it was never called. */
    List<Integer> unitsPerMessage() {
        return List.copyOf(unitsPerMessage);
    }

    @Override
    public List<List<NextHop.Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing) {
        unitsPerMessage.add(units.size());
        if (fault.isPresent()) {
            throw fault.get();
        }
        return real.deliver(units, allOrNothing);
    }
}
