package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;

/** Tests that no spelling of From takes mail out of a demand by its sender. */
class UnclearFromTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: Bank <office@bank.example>\r\n",
                "From: Bank <office@bank.example>,\r\n",
                "From: Bank @ Vienna <office@bank.example>\r\n",
                "From: Bank <office@bank.example>\r\nX-Broken header line\r\n",
                "From: Bank <office@bank.example>\r\nFrom: Bank <office@bank.example>\r\n",
                "From: Bank <office@bank.example> (Vienna\r\n",
                "From: Bank: <office@bank.example>;\r\n",
                "From: Bank <office@bank.example>, Bank <info@bank.example>\r\n",
                "From: Bank <office@bank.example> Vienna\r\n",
                "From: Bank <office@bank.example.>\r\n",
                "From: Bank <office@bank.example >\r\n",
                "From: Bank <office @bank.example>\r\n",
                "From: Bank <@evil.example:office@bank.example>\r\n",
                "From: <office@bank.example>>\r\n",
                "From: Bank <<office@bank.example>\r\n",
                "From : Bank <office@bank.example>\r\n",
                "From: of(a(b)c)fice@bank.example\r\n",
                "From: office@ba nk.example\r\n",
                "From: Bank <of..fice@bank.example>\r\n",
                "From: office.@bank.example\r\n",
                "From: \"Bank\" <of..fice@bank.example>, eve@evil.example\r\n",
                "From: of..fice@bank.example <eve@evil.example>,\r\n",
                "From: =?x?q?office?=@bank.example\r\n",
                "From: Bank <office@x-.bank.example>\r\n",
                "From: Bank <office@x-.bank.example>\r\n"
            })
    void whoSeemsToBeTheBankMustSign(String from) throws Exception {
        TestRoad road = new TestRoad(
                "{ id: bank, when: { direction: inbound, senderDomain: bank.example },"
                        + " then: { requireSigned: true, onUnsigned: redirect } }",
                "{ id: outside, when: { direction: inbound }, then: { subjectTag: { unsigned: \"[EXTERNAL]\" } } }");

        road.send(
                Letter.inbound(LMTP, Parties.ANNA).from(new ReversePath.Mailbox(MailAddress.of("eve@evil.example"))),
                message(from, "anna@example.com"));

        assertThat(road.sent().getFirst().recipients().toString()).contains("quarantine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: Alice @ Example <alice@example.com>\r\n",
                "From: Alice <alice@example.com>,\r\n",
                "From: Alice <alice@example.com>\r\nFrom: Alice <alice@example.com>\r\n",
                "From: Alice (CEO <alice@example.com>\r\n",
                "From: alice@example.com (CEO\r\n",
                "From: Team: Alice <alice@example.com>;\r\n",
                "From: al(a(b)c)ice@example.com\r\n",
                "From: alice@ex ample.com\r\n",
                "From: \"al\"ice@example.com\r\n",
                "From: Alice <alice@exam(x(y)z)ple.com>\r\n",
                "From: Alice <al..ice@example.com>\r\n",
                "From: alice@x-.example.com\r\n"
            })
    void whatMayBeAlicesLeavesEncrypted(String from) throws Exception {
        TestRoad road = new TestRoad(
                "{ id: alice, when: { direction: outbound, sender: alice@example.com }, then: { encrypt: required } }");

        road.send(
                Letter.submitted(LMTP, Parties.BOB)
                        .from(new ReversePath.Mailbox(MailAddress.of("bounces@example.com"))),
                message(from, "bob@partner.example"));

        assertThat(road.sent())
                .singleElement()
                .satisfies(sent -> assertThat(new String(sent.octets(), StandardCharsets.ISO_8859_1))
                        .contains("enveloped-data")
                        .doesNotContain("IBAN"));
    }

    @Test
    void whatCannotBeEncryptedDoesNotLeave() throws Exception {
        TestRoad road = new TestRoad(
                "{ id: alice, when: { direction: outbound, sender: alice@example.com }, then: { encrypt: required } }");

        road.send(
                Letter.submitted(LMTP, Parties.BOB)
                        .from(new ReversePath.Mailbox(MailAddress.of("bounces@example.com"))),
                message("From: alice@example.com\r\nX-Broken header line\r\n", "bob@partner.example"));

        assertThat(road.sent()).isEmpty();
    }

    private static RawMessage message(String from, String to) {
        String text = from + "To: " + to + "\r\nSubject: Account\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain\r\n\r\nNew IBAN: DE00\r\n";
        return RawMessage.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
