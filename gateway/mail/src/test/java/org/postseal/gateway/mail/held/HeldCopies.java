package org.postseal.gateway.mail.held;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.policy.outcome.Reason;

/** Copies for tests, which say as much as a copy can say, and as little. */
final class HeldCopies {
    static final Instant NOW = Instant.parse("2026-12-02T10:00:00Z");
    static final Secret KEY = Secret.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    private static final InetAddress V6 = InetAddress.ofLiteral("2001:db8::25");

    private HeldCopies() {}

    static HeldCopy full() {
        return copy(
                new ReversePath.Mailbox(MailAddress.of("\"a b\"@bücher.example")),
                List.of(
                        new Recipient(
                                MailAddress.of("Bob@partner.example"),
                                Optional.of("SUCCESS,FAILURE"),
                                Optional.of("rfc822;bob+2Btag@partner.example")),
                        Recipient.of(MailAddress.of("carol@partner.example"))),
                new MailParameters(
                        OptionalLong.of(4711),
                        MailParameters.Body.EIGHT_BIT_MIME,
                        true,
                        Optional.of(MailParameters.Ret.FULL),
                        Optional.of("QQ314159")),
                new Peer(
                        new InetSocketAddress(V6, 4025),
                        new Peer.Greeting("mx.example.com", true),
                        new Peer.Listener(
                                Peer.Protocol.LMTP,
                                Peer.Role.SUBMISSION,
                                Peer.Authors.ANY,
                                Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 10024))),
                        true,
                        Optional.of(new Peer.Xforward(
                                Optional.of("host.example.com"),
                                Optional.of("192.0.2.9"),
                                Optional.empty(),
                                Optional.of("laptop"),
                                Optional.of("ESMTP"),
                                Optional.of("REMOTE"),
                                Optional.of("4cQX2k1nWVz3"))),
                        Optional.of(new Peer.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.of("CN=mx"))),
                        Optional.of(V6),
                        Optional.of(new Login(
                                "alice",
                                Set.of(MailAddress.of("alice@example.com")),
                                Set.of(Domain.of("example.org")),
                                false))));
    }

    static HeldCopy bare() {
        return copy(
                new ReversePath.NullPath(),
                List.of(Recipient.of(MailAddress.of("bob@partner.example"))),
                MailParameters.NONE,
                new Peer(
                        InetSocketAddress.createUnresolved("unknown", 0),
                        new Peer.Greeting("", false),
                        new Peer.Listener(Peer.Protocol.SMTP, Peer.Role.INBOUND),
                        false));
    }

    static HeldCopy to(int recipients) {
        List<Recipient> all = IntStream.range(0, recipients)
                .mapToObj(i -> Recipient.of(MailAddress.of(
                        "person-" + Integer.toString(i * 7919, 36) + "@department-" + i % 17 + ".example.com")))
                .toList();
        return copy(
                new ReversePath.NullPath(),
                all,
                MailParameters.NONE,
                bare().envelope().peer());
    }

    private static HeldCopy copy(ReversePath sender, List<Recipient> recipients, MailParameters parameters, Peer peer) {
        return new HeldCopy(
                "3f2a9c0417d84ab2b1c0d9e8f7a6b5c4",
                NOW.plus(Duration.ofDays(5)),
                Reason.POLICY_REFUSED,
                recipients.stream().map(_ -> "hold").toList(),
                "ab".repeat(32),
                new Envelope(new QueueId("1K2J3H4G"), sender, recipients, parameters, peer, NOW, new Intake(0, 0)));
    }
}
