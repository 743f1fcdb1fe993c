package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.config.NextHopsConfig.Route;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.outcome.Reason;

/**
 * Mail from outside is not signed when it comes once more by the way of our own users' mail, because Sieve or a list
 * sends it on: the gateway knows its own trace field again.
 */
class SentOnTest {
    private static final ReversePath EVE = new ReversePath.Mailbox(MailAddress.of("eve@evil.example"));
    private static final MailAddress DAVE = MailAddress.of("dave@elsewhere.example");
    private static final String SPOOF = TestRoad.message(
            "From: Alice <alice@example.com>\nTo: anna@example.com\nSubject: Invoice\n", "Pay 9999 to Eve.\n");

    private final TestRoad road = road("mailboxPolicy");

    @Test
    void aSpoofThatIsSentOnIsNotSigned() {
        String sentOn = sentOn(road);

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB).from(EVE), sentOn))
                .containsExactly(RecordingDelivery.ACCEPTED);

        RecordingDelivery.Sent sent = road.sent().getLast();
        assertThat(sent.unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(sent.octets()).isEqualTo(TestRoad.octets(sentOn));
        assertThat(road.audit().events().getLast().decision().steps())
                .contains("it came from outside before and is sent on: never signed");
    }

    @Test
    void whatAliceWritesIsSigned() {
        road.send(Letter.submitted(LMTP, Parties.BOB), "Received: from a by b with ESMTP (x) id 1; now\r\n" + SPOOF);

        assertThat(road.sent().getLast().unit()).isInstanceOf(Sendable.Signed.class);
    }

    /** Anybody can write the field, and escapes no demand to encrypt by it. */
    @ParameterizedTest
    @CsvSource({
        "'{ encrypt: required }', NO_RECIPIENT_CERTIFICATE",
        "'{ sign: required }', ORIGIN_MAY_NOT_SIGN",
        "'{ encrypt: ifPossible, onMissingCertificate: sendSigned }', ORIGIN_MAY_NOT_SIGN"
    })
    void demandsBindItAsBefore(String action, Reason reason) {
        TestRoad strict = road(action);
        String sentOn = sentOn(strict);

        assertThat(strict.send(Letter.submitted(LMTP, DAVE).from(EVE), sentOn)).containsExactly(Reply.of(reason));
        assertThat(strict.sent()).hasSize(1);
    }

    /** Behind the hop for our own users' mail, Postfix signs with DKIM. */
    @Test
    void itGoesTheWayOfForwardedMail() {
        String sentOn = sentOn(road);

        road.send(Letter.submitted(LMTP, DAVE).from(EVE), sentOn);
        road.send(Letter.submitted(LMTP, DAVE), SPOOF);

        assertThat(road.sent())
                .extracting(sent -> sent.envelope().way().hop())
                .containsExactly("staying", "staying", "leaving");
    }

    /** Returns what Sieve hands over after it was delivered to Anna. */
    private static String sentOn(TestRoad road) {
        road.send(Letter.inbound(LMTP, Parties.ANNA).from(EVE), SPOOF);
        RecordingDelivery.Sent delivered = road.sent().getFirst();
        return "X-Sieve: Pigeonhole Sieve 2.4\r\nX-Sieve-Redirected-From: anna@example.com\r\n" + delivered.trace()
                + new String(delivered.octets(), StandardCharsets.ISO_8859_1);
    }

    private static TestRoad road(String action) {
        String policy = """
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default: { RequireSignedSMIMEMessages: true }
            rules:
              - { id: out, when: { direction: outbound }, then: %s }
              - { id: rest, when: always, then: mailboxPolicy }
            """.formatted(action);
        RuleSet rules = switch (RuleSet.read("policy.yaml", policy)) {
            case RuleSet.Loaded(RuleSet loaded, var _) -> loaded;
            case RuleSet.Broken(var problems) -> throw new AssertionError(problems.toString());
        };
        NextHopsConfig hops = new NextHopsConfig(
                List.of(hop("leaving"), hop("staying")),
                List.of(
                        new Route(Optional.empty(), EnumSet.of(Direction.OUTBOUND), "leaving"),
                        new Route(Optional.empty(), EnumSet.allOf(Direction.class), "staying")));
        return new TestRoad(hops, new PolicyInForce(rules, Parties.STORE));
    }

    private static NextHopConfig hop(String name) {
        return NextHopConfig.smtp(
                name,
                new Target.Addresses(List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 25))),
                NextHopConfig.TlsMode.NONE,
                Optional.empty());
    }
}
