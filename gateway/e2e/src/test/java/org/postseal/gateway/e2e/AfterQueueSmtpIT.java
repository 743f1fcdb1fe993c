package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.e2e.Modes.Mode;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.TestPki;

/** Postfix passes the mail of its queue to the gateway over SMTP: there is one reply for all recipients. */
class AfterQueueSmtpIT extends ModeContract {
    private static final String NAMING_ELSEWHERE = """
            version: 1
            internal: [example.com]
            rules:
              - { id: elsewhere, when: { recipientDomain: [elsewhere.example] }, then: { sign: never, encrypt: never } }
              - { id: all, when: always, then: { sign: never, encrypt: never } }
            """;

    AfterQueueSmtpIT() {
        super(Modes.start(Mode.AFTER_QUEUE_SMTP));
    }

    /**
     * A recipient whom a rule names has their own transaction, so that their failure does not affect the others. The
     * others share one, whatever their domains.
     */
    @Test
    void withSplitRecipientsEachClassHasATransactionOfItsOwn() throws IOException {
        HowtoPage page = Mode.AFTER_QUEUE_SMTP.page();
        PostfixLayout layout = new PostfixLayout("mail.example.com");
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki)) {
            Map<String, String> places = new HashMap<>(layout.places(gateway.submissionSmtp(), gateway.inboundSmtp()));
            layout.as(page, "", Map.copyOf(places));
            places.put("127.0.0.1:10026", "127.0.0.1:" + hop.port());
            places.put("role: submission", "role: submission, splitRecipients: defer");
            gateway.start(
                    NAMING_ELSEWHERE,
                    page.with(places).block("yaml"),
                    List.of(gateway.submissionSmtp(), gateway.inboundSmtp()));
            try (PrivatePostfix postfix = PrivatePostfix.start(layout)) {
                postfix.sendmail(
                        ModeRoad.PLAIN,
                        List.of(ModeRoad.BOB, "carol@third.example", ModeRoad.DORA, "eve@elsewhere.example"),
                        SmimeMail.message("split-1", ModeRoad.PLAIN, ModeRoad.BOB, ENTITY)
                                .octets());
                String other = postfix.awaitDeferred().recipient();
                postfix.flush();
                postfix.awaitEmptyQueue();

                // Postfix decides which transaction is the first.
                List<Set<String>> transactions = hop.received().stream()
                        .map(message -> Set.copyOf(message.recipients()))
                        .toList();
                Set<String> partners = Set.of(ModeRoad.BOB, "carol@third.example", ModeRoad.DORA);
                Set<String> eve = Set.of("eve@elsewhere.example");
                assertThat(transactions)
                        .isEqualTo(partners.contains(other) ? List.of(eve, partners) : List.of(partners, eve));
            }
        }
    }

    @Test
    void whenOneIsRefusedNobodyGetsIt() {
        assertThat(road().submit(fromAlice("mixed-1", ModeRoad.NINA), ModeRoad.ALICE, ModeRoad.BOB, ModeRoad.NINA)
                        .isDelivered())
                .isTrue();

        SmimeMail bounce = road().arrived(ModeRoad.ALICE, "mixed-1");
        road().own().awaitEmptyQueue();
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Final-Recipient:")))
                .containsExactlyInAnyOrder(
                        "Final-Recipient: rfc822; " + ModeRoad.BOB, "Final-Recipient: rfc822; " + ModeRoad.NINA);
        assertThat(road().count(ModeRoad.BOB, "mixed-1")).isZero();
    }
}
