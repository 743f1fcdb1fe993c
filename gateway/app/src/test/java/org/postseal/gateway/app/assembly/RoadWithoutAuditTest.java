package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.outcome.Reason;

/**
 * While nothing can be recorded, no mail leaves. A message that was delivered and answered with 451 would come again,
 * and be delivered again.
 */
@Tag("thorough")
class RoadWithoutAuditTest {
    @TempDir
    Path folder;

    @Test
    void nothingIsSentWhileTheAuditLogIsBroken() throws IOException {
        Counting delivery = new Counting();
        FullDisk audit = new FullDisk();
        assertThat(receive(delivery, audit)).containsExactly(Reply.of(Reason.AUDIT_UNAVAILABLE));
        assertThat(delivery.units).isEmpty();
        audit.isFull = false;
        assertThat(receive(delivery, audit)).containsExactly(Reply.of(250, "2.0.0", "Taken"));
        assertThat(delivery.units).hasSize(1);
    }

    private List<Reply> receive(Delivery delivery, AuditLog audit) throws IOException {
        GatewayAssembly assembly = new GatewayAssembly();
        Setup setup = new SetupReader(assembly).read(config()).value().orElseThrow();
        MessageReceiver road = assembly.road(setup, delivery, audit, StageObserver.none());
        Instant now = Instant.parse("2026-11-24T12:00:00Z");
        Peer peer = new Peer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                new Peer.Greeting("mta.example.com", true),
                new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.SUBMISSION),
                true);
        MailParameters parameters = new MailParameters(
                OptionalLong.empty(), MailParameters.Body.SEVEN_BIT, false, Optional.empty(), Optional.empty());
        Envelope envelope = new Envelope(
                QueueId.next(now),
                new ReversePath.Mailbox(MailAddress.of("a@example.com")),
                List.of(Recipient.of(MailAddress.of("b@out.example"))),
                parameters,
                peer,
                now,
                Intake.now());
        RawMessage message = RawMessage.of("From: a@example.com\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return road.receive(envelope, message, scope);
        }
    }

    private Path config() throws IOException {
        Files.createDirectories(folder.resolve("store"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        return Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:0" }
                nextHop: "127.0.0.1:10026"
                """);
    }

    private static final class Counting implements Delivery {
        private final List<DeliveryUnit> units = new ArrayList<>();

        @Override
        public List<List<NextHop.Outcome>> deliver(List<DeliveryUnit> prepared, boolean allOrNothing) {
            units.addAll(prepared);
            NextHop.Outcome taken = new NextHop.Outcome(Reply.of(250, "2.0.0", "Taken"), false);
            return prepared.stream()
                    .map(unit ->
                            Collections.nCopies(unit.envelope().recipients().size(), taken))
                    .toList();
        }

        @Override
        public OpenedPassage forOpened(Way way, boolean needsSmtpUtf8) {
            return OpenedPassage.Open.ANY;
        }
    }

    private static final class FullDisk implements AuditLog {
        private boolean isFull = true;

        @Override
        public void requireWritable() throws IOException {
            append(List.of());
        }

        @Override
        public void append(List<AuditEvent> events) throws IOException {
            if (isFull) {
                throw new IOException("disk full");
            }
        }

        @Override
        public void close() {}
    }
}
