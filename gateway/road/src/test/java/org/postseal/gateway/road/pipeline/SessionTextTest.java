package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smtp.client.NextHop;

class SessionTextTest {
    private static final Peer.Tls TLS =
            new Peer.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.of("CN=mx.example.com"));

    @Test
    void aRecordNamesBothSessionsAndTheCertificateThatSigned() {
        TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: required, encrypt: never } }");
        NextHop.Session session = new NextHop.Session(
                new InetSocketAddress(InetAddress.ofLiteral("2001:db8::25"), 2525),
                Optional.of(new NextHop.Tls("TLSv1.2", "TLS_X", Optional.of("CN=mx.partner.example"), true)));
        road.delivery().answer(List.of(List.of(new NextHop.Outcome(RecordingDelivery.ACCEPTED, false).over(session))));
        road.send(
                over(TLS, Letter.submitted(TestRoad.LMTP, Parties.BOB).envelope()),
                RawMessage.of(TestRoad.octets(TestRoad.toAll("bob@partner.example"))));
        assertThat(road.audited(done -> done.message().tls()))
                .containsExactly(Optional.of(
                        new AuditEvent.Tls("1.3", "TLS_AES_256_GCM_SHA384", Optional.of("CN=mx.example.com"))));
        assertThat(road.audited(done -> done.delivery().session()))
                .containsExactly(Optional.of(new AuditEvent.NextHopSession(
                        "2001:db8:0:0:0:0:0:25",
                        2525,
                        Optional.of(new AuditEvent.Tls("1.2", "TLS_X", Optional.of("CN=mx.partner.example"))),
                        true)));
        assertThat(road.audited(done -> done.protection().signer())).containsExactly(Optional.of(of(Parties.ALICE)));
    }

    @Test
    void ofWhatComesItIsItsOnlySigner() {
        TestRoad sending = new TestRoad("{ id: all, when: always, then: { sign: required, encrypt: never } }");
        sending.send(Letter.submitted(TestRoad.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        TestRoad road = new TestRoad();
        road.send(
                Letter.inbound(TestRoad.LMTP, Parties.ADAM),
                RawMessage.of(sending.sent().getFirst().octets()));
        assertThat(road.audited(done -> done.protection().signer())).containsExactly(Optional.of(of(Parties.ALICE)));
        assertThat(road.audited(done -> done.message().tls())).containsExactly(Optional.empty());
    }

    @Test
    void eachSignerIsDescribedAsHimself() {
        for (MailAddress address : List.of(Parties.ALICE, Parties.ADAM, Parties.ALICE)) {
            assertThat(SessionText.signer(Optional.of(Parties.issued(address).certificate()), List.of()))
                    .contains(of(address));
        }
    }

    @Test
    void whatNobodySignedHasNone() {
        TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: never, encrypt: required } }");
        road.send(Letter.submitted(TestRoad.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        assertThat(road.audited(done -> done.protection().signer())).containsExactly(Optional.empty());
    }

    private static AuditEvent.X509 of(MailAddress address) {
        MailCertificate certificate = Parties.issued(address).certificate();
        return new AuditEvent.X509(
                certificate.id().hex(),
                certificate.x509().getSubjectX500Principal().getName(),
                certificate.x509().getIssuerX500Principal().getName(),
                false,
                certificate.serialNumber().toString(16).toUpperCase(Locale.ROOT),
                certificate.notBefore(),
                certificate.notAfter(),
                "EC");
    }

    /** Returns the envelope as if it had come over TLS. */
    static Envelope over(Peer.Tls tls, Envelope envelope) {
        Peer peer = envelope.peer();
        return new Envelope(
                envelope.queueId(),
                envelope.reversePath(),
                envelope.recipients(),
                envelope.parameters(),
                new Peer(
                        peer.address(),
                        peer.greeting(),
                        peer.listener(),
                        peer.isTrusted(),
                        peer.xforward(),
                        Optional.of(tls),
                        Optional.empty(),
                        Optional.empty()),
                envelope.received(),
                Intake.now());
    }
}
