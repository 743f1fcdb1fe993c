package org.postseal.gateway.road.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderWriter;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Trace;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.smime.ResultsField;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;

/** Puts an envelope and our trace fields around a copy. */
final class Outgoing {
    private final OwnFields fields;
    private final Origin origin;

    Outgoing(OwnFields fields, Origin origin) {
        this.fields = fields;
        this.origin = origin;
    }

    String hostName() {
        return fields.hostName();
    }

    DeliveryUnit unit(Inspected inspected, Group group, Sendable sendable) throws IOException {
        if (group.decision() instanceof Decision.Answer) {
            return answer(group, sendable);
        }
        Envelope envelope = inspected.arrival().envelope();
        List<Recipient> recipients = recipients(group);
        ByteArrayOutputStream trace = new ByteArrayOutputStream();
        // A stamp is over the body, and a bounce shows it to the sender. Beside text that only its reader may know, it
        // would say whether a guess of that text is right.
        trace.writeBytes(
                sendable instanceof Sendable.Opened
                        ? fields.loops().exchangeField()
                        : fields.loops().fields(envelope, sendable.message(), recipients));
        results(inspected, group, sendable).ifPresent(trace::writeBytes);
        Optional<Held> held = held(inspected.arrival().passage(), group.decision(), group.plans(), sendable);
        held.map(Held::note).ifPresent(trace::writeBytes);
        // A bounce must not carry back in clear what came in encrypted, or what a demand held back: MAIL FROM may be
        // outside. This and the reports that recipients are left with (see recipient()) are the exceptions to
        // RFC 3461 §5.2.1.
        Envelope out = sendable instanceof Sendable.Opened || group.decision() instanceof Decision.Redirect
                ? headersOnly(envelope)
                : envelope;
        return unit(out, recipients, trace, held, sendable, group.plans());
    }

    /**
     * An answer of ours. It has the null reverse path (RFC 3834 §3.3), so that nothing comes back to somebody who has
     * not written it. The field for Exchange keeps Exchange from sending it to the gateway.
     */
    private DeliveryUnit answer(Group group, Sendable sendable) {
        OutgoingEnvelope out = new OutgoingEnvelope(
                new ReversePath.NullPath(),
                recipients(group),
                MailParameters.NONE,
                fields.loops().exchangeField(),
                Optional.empty());
        return new DeliveryUnit(
                sendable,
                out,
                group.plans().stream().map(RecipientPlan::position).toList());
    }

    /**
     * A copy that leaves as it came for these recipients, with our Received field and the field by which Exchange knows
     * our mail.
     */
    DeliveryUnit relayed(Envelope envelope, List<RecipientPlan> plans, Sendable sendable) {
        ByteArrayOutputStream trace = new ByteArrayOutputStream();
        trace.writeBytes(fields.loops().exchangeField());
        List<Recipient> recipients =
                plans.stream().map(RecipientPlan::recipient).toList();
        return unit(envelope, recipients, trace, Optional.empty(), sendable, plans);
    }

    /**
     * A copy that goes to the quarantine as it came, with our Received field and the note. Stamps on it cannot be
     * removed without looking into the message, so it gets no stamp of ours.
     */
    DeliveryUnit unread(Passage passage, List<RecipientPlan> plans, Decision.Redirect redirect, Sendable sendable)
            throws IOException {
        ByteArrayOutputStream trace = new ByteArrayOutputStream();
        Optional<Held> held = held(passage, redirect, plans, sendable);
        held.map(Held::note).ifPresent(trace::writeBytes);
        trace.writeBytes(fields.loops().exchangeField());
        return unit(
                headersOnly(passage.envelope()),
                List.of(quarantine(redirect.quarantine(), plans)),
                trace,
                held,
                sendable,
                plans);
    }

    /**
     * @param trace our other fields, above our Received
     * @param held its field stands below all others, so that whatever stands below it is the message
     */
    private DeliveryUnit unit(
            Envelope envelope,
            List<Recipient> recipients,
            ByteArrayOutputStream trace,
            Optional<Held> held,
            Sendable sendable,
            List<RecipientPlan> plans) {
        trace.writeBytes(Trace.received(envelope, fields.hostName(), ZoneOffset.UTC, origin.maySubmit(envelope.peer()))
                .raw());
        held.map(Held::field).ifPresent(trace::writeBytes);
        OutgoingEnvelope out = new OutgoingEnvelope(
                        envelope.reversePath(),
                        recipients,
                        envelope.parameters(),
                        trace.toByteArray(),
                        envelope.peer().xforward())
                .received(envelope.received());
        return new DeliveryUnit(
                sendable, out, plans.stream().map(RecipientPlan::position).toList());
    }

    private static Envelope headersOnly(Envelope envelope) {
        return envelope.with(envelope.parameters().withRet(MailParameters.Ret.HDRS));
    }

    private static List<Recipient> recipients(Group group) {
        return switch (group.decision()) {
            case Decision.Redirect(MailAddress quarantine, var _) -> List.of(quarantine(quarantine, group.plans()));
            case Decision.Answer(MailAddress to) -> List.of(Recipient.of(to));
            case Decision.Deliver _, Decision.Reject _, Decision.Defer _ ->
                group.plans().stream().map(Outgoing::recipient).toList();
        };
    }

    /**
     * A report of success or of a delay (RFC 3461) would tell the sender whether our key opened the message, or whether
     * it went to the quarantine for what was found inside. So nobody orders one of mail that a key of ours might open,
     * whatever has become of it.
     */
    private static Recipient recipient(RecipientPlan plan) {
        return plan.mayBeOpened() ? plan.recipient().reportingFailureOnly() : plan.recipient();
    }

    /** The quarantine, of which the sender hears no more than of these recipients. */
    private static Recipient quarantine(MailAddress address, List<RecipientPlan> plans) {
        Recipient first = plans.stream()
                .map(RecipientPlan::recipient)
                .filter(recipient -> !recipient.wantsNoReport())
                .findFirst()
                .orElseGet(() -> plans.getFirst().recipient());
        return new Recipient(address, first.notifyWhen(), Optional.empty()).reportingFailureOnly();
    }

    /**
     * RFC 8601 §4: the results go into a new field above our Received. Mail that came without any protection gets no
     * such field and stays octet for octet.
     */
    private Optional<byte[]> results(Inspected inspected, Group group, Sendable sendable) {
        return switch (group.decision()) {
            case Decision.Deliver(Decision.Incoming incoming, var _, var _) ->
                switch (incoming) {
                    case AS_RECEIVED -> Optional.empty();
                    case VERIFY, OPEN, KEEP_CLOSED -> {
                        SignatureVerdict verdict = verdict(inspected.inspection(), group.view(), sendable);
                        boolean silent =
                                verdict instanceof SignatureVerdict.Unsigned && !(sendable instanceof Sendable.Opened);
                        yield silent
                                ? Optional.empty()
                                : Optional.of(ResultsField.of(
                                                fields.authservId(),
                                                verdict,
                                                group.view().layers(),
                                                inspected.inspection().from(),
                                                inspected
                                                        .arrival()
                                                        .envelope()
                                                        .parameters()
                                                        .smtpUtf8())
                                        .raw());
                    }
                };
            case Decision.Redirect _, Decision.Answer _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    /**
     * A copy that stays closed is the message that came, where some programs may read something else than the
     * ciphertext. So a valid signature inside is claimed only if nothing but a ciphertext can be read there. Every
     * other verdict stays: none may tell whether altered ciphertext was opened.
     */
    private static SignatureVerdict verdict(Inspection inspection, ContentView view, Sendable sendable) {
        boolean isClaimedOfCiphertext = view.verdict() instanceof SignatureVerdict.Valid
                && view.isSignedInside()
                && !(sendable instanceof Sendable.Opened);
        return isClaimedOfCiphertext && inspection.encryption() instanceof SenderEncryption.Doubtful
                ? SignatureVerdict.of(
                        SignatureVerdict.Cause.STRUCTURE_AMBIGUOUS,
                        view.verdict().certificate())
                : view.verdict();
    }

    /**
     * The fields of a copy for the quarantine.
     *
     * @param note says to people why the copy is there, for whom it was meant, and how they name it
     * @param field lets gateways release it; without octets if they cannot
     */
    private record Held(byte[] note, byte[] field) {}

    private Optional<Held> held(Passage passage, Decision decision, List<RecipientPlan> plans, Sendable sendable)
            throws IOException {
        return switch (decision) {
            case Decision.Redirect(var _, var reason) -> Optional.of(held(passage, reason, plans, sendable));
            case Decision.Deliver _, Decision.Answer _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    private Held held(Passage passage, Reason reason, List<RecipientPlan> plans, Sendable sendable) throws IOException {
        if (fields.holding().isEmpty()) {
            return new Held(note(reason, plans, ""), new byte[0]);
        }
        String id = Holding.id();
        byte[] field = fields.holding().get().field(id, passage, plans, reason, sendable.message());
        return new Held(note(reason, plans, field.length == 0 ? "" : "held " + id + "; "), field);
    }

    /** The id stands first, and of very many recipients only some, so that the field below is within reach. */
    private static byte[] note(Reason reason, List<RecipientPlan> plans, String held) {
        String addresses = plans.stream()
                .limit(MOST_NAMED)
                .map(plan -> plan.recipient().address().toString())
                .collect(Collectors.joining(", "));
        String others = plans.size() > MOST_NAMED ? " and " + (plans.size() - MOST_NAMED) + " more" : "";
        return HeaderWriter.unstructured("X-Postseal-Quarantine", held + reason.name() + "; for " + addresses + others)
                .raw();
    }

    private static final int MOST_NAMED = 20;
}
