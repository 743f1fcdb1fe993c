package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** A real Postfix sends again what failed for one of two recipients. Nobody gets the message twice. */
class JournalPostfixIT {
    private static final String BOB = "bob@partner.example";
    private static final String CARL = "carl@partner.example";
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: marked, when: { recipient: bob@partner.example },
                  then: { addHeader: { name: X-Marked, value: "yes" } } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    @ParameterizedTest
    @ValueSource(strings = {"smtp", "lmtp"})
    void theSecondUnitFailsOnceAndNobodyHasItTwice(String protocol) throws IOException {
        Requirements.postfix();
        Set<String> failOnce = ConcurrentHashMap.newKeySet();
        failOnce.add(CARL);
        Script script = moment -> moment.stage() == Stage.DOT
                        && moment.message()
                                .filter(message -> message.recipients().stream().anyMatch(failOnce::remove))
                                .isPresent()
                ? Optional.of(new Action.Say("451 4.3.2 Busy\r\n"))
                : Optional.empty();
        boolean isLmtp = protocol.equals("lmtp");
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop(script);
                GatewayProcess gateway = new GatewayProcess(pki).start(POLICY, hop.port());
                PrivatePostfix postfix = PrivatePostfix.start(new PostfixLayout("mail.example.com")
                        .route(
                                "partner.example",
                                protocol + ":[127.0.0.1]:"
                                        + (isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp()))
                        .setting(protocol + "_send_xforward_command = yes"))) {
            postfix.sendmail(
                    "alice@example.com",
                    List.of(BOB, CARL),
                    ("From: alice@example.com\r\nTo: " + BOB + ", " + CARL
                                    + "\r\nMessage-ID: <again@test>\r\nSubject: again\r\n\r\nhello\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(postfix.awaitDeferred(CARL).reason()).contains("451 4.3.2");
            assertThat(postfix.deferred().stream().map(PrivatePostfix.Deferred::recipient))
                    .containsExactlyInAnyOrderElementsOf(isLmtp ? List.of(CARL) : List.of(BOB, CARL));
            postfix.flush();
            postfix.awaitEmptyQueue();

            assertThat(hop.received().stream().map(Received::recipients)).containsExactly(List.of(BOB), List.of(CARL));
            assertThat(gateway.audit("again").stream()
                            .map(record -> record.get("email.to.address") + " " + record.get("postseal.journal")))
                    .containsExactlyElementsOf(
                            isLmtp
                                    ? List.of(BOB + " null", CARL + " null", CARL + " null")
                                    : List.of(BOB + " null", CARL + " null", BOB + " [suppressed]", CARL + " null"));
        }
    }
}
