package org.postseal.gateway.road.pipeline;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;
import org.postseal.policy.deciding.ClearPermit;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.wording.Wording;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells internal senders that a message of theirs was redirected, if a rule says so. A notice names the recipients and
 * the reason, in the words of the policy, and nothing of the message but its outer Subject. It has the null reverse
 * path and says that it is automatic (RFC 3834), so that nobody answers it. Its outcome changes no reply. Thread-safe.
 */
public final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final String hostName;
    private final NextHopsConfig nextHops;
    private final NoticeLimit limit;
    private final Delivery delivery;

    /**
     * @param hostName our name; a notice comes from the postmaster at this name
     * @param nextHops where notices go
     * @param delivery sends the notices
     */
    public Notices(String hostName, NextHopsConfig nextHops, NoticeLimit limit, Delivery delivery) {
        this.delivery = delivery;
        this.hostName = hostName;
        this.nextHops = nextHops;
        this.limit = limit;
    }

    /**
     * Sends a notice if the message calls for one, and returns what was done, for the audit log. Never throws.
     *
     * @param refusal says why nobody may send to an address
     */
    List<AuditEvent> tell(Delivered delivered, Function<MailAddress, Optional<Reason>> refusal, Instant time) {
        Prepared prepared = delivered.prepared();
        List<RecipientPlan> held = prepared.plans().stream()
                .filter(plan -> isTold(plan, delivered.replies().get(plan.position())))
                .toList();
        Optional<ClearPermit> permit = held.stream()
                .flatMap(plan -> plan.ruling().flatMap(Ruling::noticePermit).stream())
                .findFirst();
        Optional<MailAddress> sender = permit.flatMap(named ->
                named.recipients().stream().filter(MailAddress::isAscii).findFirst());
        if (sender.isEmpty()) {
            return List.of();
        }
        Optional<Reason> refused = refusal.apply(sender.get());
        String outcome;
        if (refused.isPresent()) {
            outcome = "not sent: " + refused.get().auditText();
        } else if (limit.allows(sender.get(), time)) {
            outcome = send(prepared, sender.get(), permit.get(), held);
        } else {
            outcome = "not sent: this sender has had the most notices that an hour allows";
        }
        return List.of(new AuditEvent.NoticeSent(
                time,
                prepared.passage().envelope().queueId().text(),
                sender.get().toString(),
                outcome));
    }

    private String send(Prepared prepared, MailAddress sender, ClearPermit permit, List<RecipientPlan> held) {
        try {
            byte[] octets = message(prepared, sender, held);
            DeliveryUnit unit = new DeliveryUnit(
                    Sendable.untouched(RawMessage.of(octets), permit),
                    new OutgoingEnvelope(
                            new ReversePath.NullPath(),
                            List.of(Recipient.of(sender)),
                            MailParameters.NONE,
                            new byte[0],
                            Optional.empty(),
                            nextHops.hop(sender, Direction.INTERNAL).way(sender),
                            Optional.empty()),
                    List.of());
            List<List<NextHop.Outcome>> outcomes = delivery.deliver(List.of(unit), false);
            return outcomes.getFirst().getFirst().reply().toString();
        } catch (MessagingException | IOException | RuntimeException e) {
            LOG.warn(
                    "{}: a notice could not be sent: {}",
                    prepared.passage().envelope().queueId(),
                    e.toString());
            return "not sent: " + e.getClass().getName();
        }
    }

    /**
     * True if the notice names this recipient. It does not while the upstream will try again, since the same notice
     * would go out each time, nor if a reply refuses the message: then the peer tells the sender.
     */
    private static boolean isTold(RecipientPlan plan, Reply reply) {
        return reply.isPositive() && plan.failure().isEmpty() && reason(plan).isPresent();
    }

    private static Optional<Reason> reason(RecipientPlan plan) {
        return plan.ruling()
                .filter(ruling -> ruling.notice().isPresent())
                .flatMap(ruling -> switch (ruling.decision()) {
                    case Decision.Redirect(var _, Reason reason) -> Optional.of(reason);
                    case Decision.Reject _, Decision.Answer _, Decision.Deliver _, Decision.Defer _ -> Optional.empty();
                });
    }

    private byte[] message(Prepared prepared, MailAddress sender, List<RecipientPlan> held)
            throws MessagingException, IOException {
        Envelope envelope = prepared.passage().envelope();
        String messageId = "<" + envelope.queueId() + ".notice@" + hostName + ">";
        MimeMessage notice = new MimeMessage(Session.getInstance(new Properties())) {
            @Override
            protected void updateMessageID() throws MessagingException {
                // Otherwise Angus would ask the DNS for the name of the host.
                setHeader("Message-ID", messageId);
            }
        };
        notice.setFrom(new InternetAddress("postmaster@" + hostName));
        notice.setRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress(sender.toString()));
        notice.setHeader("Date", DATE.format(envelope.received().atOffset(ZoneOffset.UTC)));
        // RFC 3834 §5
        notice.setHeader("Auto-Submitted", "auto-replied");
        Optional<String> original = prepared.inspection()
                .flatMap(Inspection::messageId)
                .map(String::strip)
                .filter(id -> MESSAGE_ID.matcher(id).matches());
        if (original.isPresent()) {
            notice.setHeader("In-Reply-To", original.get());
            notice.setHeader("References", original.get());
        }
        Wording.Notice words = words(prepared, sender, held, original);
        notice.setSubject(words.subject(), charset(words.subject()));
        notice.setText(words.body().replace("\n", "\r\n"), charset(words.body()));
        notice.saveChanges();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        notice.writeTo(octets);
        return octets.toByteArray();
    }

    private Wording.Notice words(
            Prepared prepared, MailAddress sender, List<RecipientPlan> held, Optional<String> messageId) {
        Optional<String> subject = WordedReplies.subject(prepared);
        return prepared.passage()
                .policy()
                .rules()
                .wording()
                .notice(new Wording.HeldBack(
                        sender,
                        hostName,
                        messageId,
                        subject,
                        held.stream()
                                .map(plan -> new Wording.Refusal(
                                        reason(plan).orElseThrow(),
                                        Optional.empty(),
                                        plan.recipient().address(),
                                        Optional.of(sender),
                                        subject))
                                .toList()));
    }

    private static String charset(String text) {
        boolean isAscii = text.chars().allMatch(c -> c < 128);
        return (isAscii ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8).name();
    }

    // RFC 5322 §3.3
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ROOT);
    private static final Pattern MESSAGE_ID = Pattern.compile("<[!-;=?-~]{1,120}@[!-;=?-~]{1,120}>");
}
