package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;

/** Tests, without a quarantine, that a rule on signatures lifts no demand to encrypt that stands behind it. */
class RuleThatLooksInsideTest {
    private static final String SECRET = "The secret plan is to sell everything on Monday.\r\n";
    private static final String FROM_ALICE =
            TestRoad.message("From: alice@example.com\nTo: bob@partner.example\nSubject: plan\n", SECRET);

    @Test
    void textInThePlaceOfCiphertextIsRefused() throws Exception {
        String sealed = new String(SealedCopy.encrypt(FROM_ALICE, Parties.BOB), StandardCharsets.ISO_8859_1);
        int body = sealed.indexOf("\r\n\r\n") + 4;
        byte[] object = Base64.getMimeDecoder().decode(sealed.substring(body));
        byte[] text = SECRET.repeat(3).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, object, object.length - 18 - text.length, text.length);

        refuses(
                "encrypt: required",
                sealed.substring(0, body) + Base64.getMimeEncoder().encodeToString(object) + "\r\n");
    }

    @Test
    void aCiphertextForSomebodyElseIsRefused() throws Exception {
        refuses(
                "encrypt: required",
                new String(SealedCopy.encrypt(FROM_ALICE, Parties.CARL), StandardCharsets.ISO_8859_1));
    }

    @Test
    void aSubjectThatIsToBeHiddenIsRefused() throws Exception {
        refuses(
                "encrypt: required, hideSubject: true",
                new String(SealedCopy.encrypt(FROM_ALICE, Parties.BOB), StandardCharsets.ISO_8859_1));
    }

    @Test
    void aCiphertextForTheRecipientIsSent() throws Exception {
        TestRoad road = road("encrypt: required");

        road.send(Letter.submitted(LMTP, Parties.BOB), RawMessage.of(SealedCopy.encrypt(FROM_ALICE, Parties.BOB)));

        assertThat(road.sent()).hasSize(1);
    }

    private static void refuses(String demand, String message) throws Exception {
        TestRoad road = road(demand);

        List<Reply> replies = road.send(
                Letter.submitted(LMTP, Parties.BOB), RawMessage.of(message.getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(replies).singleElement().extracting(Reply::code).isEqualTo(550);
        assertThat(road.sent()).isEmpty();
    }

    private static TestRoad road(String demand) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", """
                version: 1
                internal: [example.com]
                rules:
                  - { id: broken, when: { signature: invalid }, then: reject }
                  - { id: bank, when: { recipientDomain: partner.example }, then: { %s } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(demand));
        assertThat(reading).isInstanceOf(RuleSet.Loaded.class);
        return new TestRoad(true, new PolicyInForce(((RuleSet.Loaded) reading).ruleSet(), Parties.STORE));
    }
}
