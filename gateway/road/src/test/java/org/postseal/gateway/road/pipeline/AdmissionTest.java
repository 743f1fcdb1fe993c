package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Peer.Protocol;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

class AdmissionTest {
    private static final Reply REFUSED = Reply.of(Reason.RECIPIENT_ROUTED_ELSEWHERE);
    private static final String MESSAGE = TestRoad.toAll("alice@example.com");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "partner%bank.example",
                "\"partner%bank.example\"",
                "\"partner\\%bank.example\"",
                "bank.example!partner",
                "\"bank.example!partner\"",
                "a!b!c%d",
                "\"partner@bank.example\"",
                "\"partner\\@bank.example\"",
                "\"@bank.example:partner\"",
                "\"@bank.example,@other.example:partner\"",
                "\"partner@\"",
                "%",
                "!",
                "\"@\"",
                "\"a b%c\"",
            })
    void aRouteInAnInternalLocalPartIsRefused(String localPart) {
        MailAddress recipient = MailAddress.of(localPart + "@example.com");
        TestRoad road = new TestRoad();

        assertThat(road.road().refusal(recipient)).contains(Reason.RECIPIENT_ROUTED_ELSEWHERE);
        for (Letter letter : List.of(
                Letter.submitted(Protocol.LMTP, recipient, Parties.ALICE),
                Letter.inbound(Protocol.LMTP, recipient, Parties.ALICE).untrusted())) {
            assertThat(road.send(letter, MESSAGE)).containsExactly(REFUSED, RecordingDelivery.ACCEPTED);
        }
        assertThat(road.sent()).allSatisfy(sent -> assertThat(sent.recipients()).containsExactly("alice@example.com"));
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(
                        Optional.of("RECIPIENT_ROUTED_ELSEWHERE"),
                        Optional.empty(),
                        Optional.of("RECIPIENT_ROUTED_ELSEWHERE"),
                        Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "partner%bank.example@partner.example",
                "alice+list@example.com",
                "\"a b\"@example.com",
                "\"a\\\"b\"@example.com",
                "a=b.example@example.com",
                "a|b@example.com",
            })
    void othersAreTaken(String recipient) {
        TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: never } }");

        assertThat(road.road().refusal(MailAddress.of(recipient))).isEmpty();
        assertThat(road.send(Letter.submitted(Protocol.SMTP, MailAddress.of(recipient)), MESSAGE))
                .containsExactly(RecordingDelivery.ACCEPTED);
    }

    /** Postfix takes another spelling of a domain for another domain, and sends it to the outside. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bücher.example | xn--bcher-kva.example
            bücher.example | XN--BCHER-KVA.example
            bücher.example | bu\u0308cher.example
            bücher.example | bÜcher.example
            xn--bcher-kva.example | bücher.example
            '*.bücher.example' | mail.xn--bcher-kva.example
            '*.example' | xn--bcher-kva.example
            '*.example' | mail.bücher.example
            '[IPv6:::1]' | '[IPv6:0:0:0:0:0:0:0:1]'
            """)
    void anInternalDomainIsTakenAsThePolicySpellsIt(String internal, String recipient) {
        assertThat(spelling(internal).road().refusal(MailAddress.of("u@" + recipient)))
                .contains(Reason.RECIPIENT_ROUTED_ELSEWHERE);
        TestRoad road = spelling(internal);
        assertThat(road.send(Letter.submitted(Protocol.SMTP, MailAddress.of("u@" + recipient)), MESSAGE))
                .containsExactly(REFUSED);
        assertThat(road.sent()).isEmpty();
        // A policy that writes both spellings takes both
        assertThat(spelling(internal, recipient).road().refusal(MailAddress.of("u@" + recipient)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bücher.example | bücher.example
            bücher.example | BüCHER.Example
            XN--bcher-kva.example | xn--BCHER-kva.example
            Example.COM | eXample.com
            '*.example' | a.b.example
            '*.bücher.example' | mail.bücher.example
            example.com | xn--bcher-kva.example
            """)
    void theCaseOfLettersOfAsciiAndDomainsOutsideDoNotCount(String internal, String recipient) {
        assertThat(spelling(internal).road().refusal(MailAddress.of("u@" + recipient)))
                .isEmpty();
    }

    private static TestRoad spelling(String... internal) {
        RuleSet rules = TestRoad.load("""
                version: 1
                internal: ["%s"]
                rules:
                  - { id: rest, when: always, then: { sign: never, encrypt: never } }
                """.formatted(String.join("\", \"", internal)));
        return new TestRoad(true, new PolicyInForce(rules, Parties.STORE));
    }

    @Test
    void whatTheConfigurationNamesIsTakenAsItNamesIt() {
        TestRoad road = new TestRoad(Set.of("sales%eu"), new PolicyInForce(TestRoad.rules(), Parties.STORE));

        assertThat(road.road().refusal(MailAddress.of("Sales%EU@example.com"))).isEmpty();
        assertThat(road.road().refusal(MailAddress.of("\"sales%eu\"@example.com")))
                .isEmpty();
        assertThat(road.road().refusal(MailAddress.of("sales%eu%bank.example@example.com")))
                .contains(Reason.RECIPIENT_ROUTED_ELSEWHERE);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void anObservedPolicyAndAnUnreadMessageMakeNoDifference(Protocol protocol) {
        MailAddress recipient = MailAddress.of("partner%bank.example@example.com");
        RuleSet rules = TestRoad.rules();
        TestRoad observed = new TestRoad(
                true, new PolicyInForce(rules, Optional.empty(), Optional.of(rules.observe()), Parties.STORE));

        assertThat(observed.send(Letter.submitted(protocol, recipient), MESSAGE))
                .containsExactly(REFUSED);
        assertThat(new TestRoad()
                        .road()
                        .receiveUnread(
                                Letter.submitted(protocol, recipient).envelope(),
                                org.postseal.gateway.mail.RawMessage.of(TestRoad.octets(MESSAGE)),
                                Reason.POISON,
                                true))
                .containsExactly(REFUSED);
        assertThat(observed.sent()).isEmpty();
    }

    /** The MTA behind the gateway delivers such mail here if the address is its own. */
    @Test
    void anAddressLiteralIsRefused() {
        TestRoad road = new TestRoad();
        assertThat(road.road().refusal(MailAddress.of("alice@[192.0.2.10]")))
                .contains(Reason.RECIPIENT_ROUTED_ELSEWHERE);
        assertThat(road.road().refusal(MailAddress.of("alice@[IPv6:2001:db8::1]")))
                .contains(Reason.RECIPIENT_ROUTED_ELSEWHERE);
    }
}
