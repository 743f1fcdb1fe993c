package org.postseal.gateway.admin.cli.offline;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.pipeline.PolicyInForce;
import org.postseal.gateway.road.pipeline.RecipientPlan;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.deciding.RuleSet;

/** Sends one message down the road. The delivery only collects, and the audit log only remembers. */
public final class OfflineRoad {
    private final Assembly assembly;
    private final Setup setup;
    private final Clock clock;

    public OfflineRoad(Assembly assembly, Setup setup, Clock clock) {
        this.assembly = assembly;
        this.setup = setup;
        this.clock = clock;
    }

    /** Runs the whole road. The octets of the units live until the scope is closed. */
    public OfflineResult run(
            ReversePath from, List<MailAddress> to, Peer.Role role, InputStream input, Spool.Scope scope)
            throws IOException {
        return switch (FilterInput.read(input, setup.config().limits().message(), scope)) {
            case FilterInput.Refused(var reason) ->
                new OfflineResult(
                        from,
                        role,
                        List.of(),
                        to.stream()
                                .map(address -> new OfflineResult.Answer(address, Reply.of(reason), Optional.empty()))
                                .toList());
            case FilterInput.Taken(RawMessage message, boolean isEightBit) ->
                receive(envelope(from, to, role, message, isEightBit), message, scope);
        };
    }

    /**
     * Returns what this policy would decide for each recipient, or why the message would be refused before that.
     * Nothing is signed or encrypted.
     */
    public Parsed<List<RecipientPlan>> plan(
            RuleSet rules, ReversePath from, List<MailAddress> to, Peer.Role role, InputStream input, Spool.Scope scope)
            throws IOException {
        return switch (FilterInput.read(input, setup.config().limits().message(), scope)) {
            case FilterInput.Refused(var reason) -> Parsed.refused(reason, reason.auditText());
            case FilterInput.Taken(RawMessage message, boolean isEightBit) ->
                assembly.preparer(setup)
                        .plan(
                                envelope(from, to, role, message, isEightBit),
                                message,
                                scope,
                                new PolicyInForce(rules, setup.directory().store()));
        };
    }

    private OfflineResult receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        Collected collected = new Collected();
        MessageReceiver road = assembly.road(setup, collected, collected, StageObserver.none());
        List<Reply> replies = road.receive(envelope, message, scope);
        List<OfflineResult.Answer> answers = new ArrayList<>();
        List<AuditEvent.RecipientDone> records = new ArrayList<>(collected.records);
        for (int i = 0; i < envelope.recipients().size(); i++) {
            MailAddress address = envelope.recipients().get(i).address();
            Optional<AuditEvent.RecipientDone> record = records.stream()
                    .filter(done -> done.message().recipient().equals(address.toString()))
                    .findFirst();
            // A recipient who is given twice has two records, and each answer takes its own
            record.ifPresent(records::remove);
            answers.add(new OfflineResult.Answer(address, replies.get(i), record));
        }
        List<OfflineResult.Unit> units =
                collected.units.stream().map(OfflineRoad::unit).toList();
        return new OfflineResult(envelope.reversePath(), envelope.peer().role(), units, answers);
    }

    private static OfflineResult.Unit unit(DeliveryUnit unit) {
        RawMessage octets = RawMessage.join(List.of(
                RawMessage.of(unit.envelope().traceFields()), unit.sendable().message()));
        return new OfflineResult.Unit(
                unit.envelope().recipients().stream().map(Recipient::address).toList(), octets);
    }

    // The protocol is LMTP, so that a failure for one recipient does not stop the copies of others
    private Envelope envelope(
            ReversePath from, List<MailAddress> to, Peer.Role role, RawMessage message, boolean isEightBit) {
        Instant now = clock.instant();
        GatewayConfig config = setup.config();
        boolean needsUtf8 = !from.mailbox().map(MailAddress::isAscii).orElse(true)
                || to.stream().anyMatch(address -> !address.isAscii());
        Peer peer = new Peer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Peer.Greeting(config.hostName(), true),
                new Peer.Listener(Peer.Protocol.LMTP, role),
                true);
        MailParameters parameters = new MailParameters(
                java.util.OptionalLong.of(message.size()),
                isEightBit ? MailParameters.Body.EIGHT_BIT_MIME : MailParameters.Body.SEVEN_BIT,
                needsUtf8,
                Optional.empty(),
                Optional.empty());
        return new Envelope(
                QueueId.next(now), from, to.stream().map(Recipient::of).toList(), parameters, peer, now, Intake.now());
    }

    /** Keeps what would have been sent and recorded. */
    private static final class Collected implements Delivery, AuditLog {
        private final List<DeliveryUnit> units = new ArrayList<>();
        private final List<AuditEvent.RecipientDone> records = new ArrayList<>();

        @Override
        public List<List<NextHop.Outcome>> deliver(List<DeliveryUnit> prepared, boolean allOrNothing) {
            units.addAll(prepared);
            return prepared.stream()
                    .map(unit -> unit.envelope().recipients().stream()
                            .map(_ -> new NextHop.Outcome(Reply.of(250, "2.0.0", "Would be sent"), false))
                            .toList())
                    .toList();
        }

        @Override
        public OpenedPassage forOpened(Way way, boolean needsSmtpUtf8) {
            return OpenedPassage.Open.ANY;
        }

        @Override
        public void append(List<AuditEvent> events) {
            for (AuditEvent event : events) {
                switch (event) {
                    case AuditEvent.RecipientDone done -> records.add(done);
                    case AuditEvent.DirectoryChanged _,
                            AuditEvent.PolicyRead _,
                            AuditEvent.GatewayStarted _,
                            AuditEvent.ConfigurationReloaded _,
                            AuditEvent.ConfigurationRefused _,
                            AuditEvent.NoticeSent _,
                            AuditEvent.CheckpointsSeen _ -> {}
                }
            }
        }

        @Override
        public void close() {}
    }
}
