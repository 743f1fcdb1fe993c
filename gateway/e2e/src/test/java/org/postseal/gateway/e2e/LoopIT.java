package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/**
 * A real Postfix has the classic mistake in its configuration: its port behind the gateway leads to the gateway again.
 */
class LoopIT {
    private static final String ALICE = "alice@example.com";
    private static final String BOB = "bob@partner.example";
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: everything, when: always, then: { sign: never, encrypt: never } }
            """;

    @Test
    void circleEndsAtItsSecondTurn() throws IOException {
        Requirements.postfix();
        Path folder = TemporaryHome.create("loop");
        Path key = Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
        try (TestPki pki = new TestPki();
                GatewayProcess gateway = new GatewayProcess(pki).configuration("loops: { keyFile: " + key + " }\n");
                PrivatePostfix postfix = PrivatePostfix.start(new PostfixLayout("mail.example.com")
                        .mailboxes(ALICE)
                        .route("partner.example", "lmtp:[127.0.0.1]:" + gateway.submissionLmtp()))) {
            gateway.start(POLICY, postfix.layout().reinjectionPort());
            postfix.sendmail(
                    ALICE,
                    List.of(BOB),
                    ("From: " + ALICE + "\r\nTo: " + BOB
                                    + "\r\nMessage-ID: <circle@test>\r\nSubject: circle\r\n\r\nhello\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            String bounce = new String(postfix.awaitMail(ALICE, "circle@test"), StandardCharsets.ISO_8859_1);
            postfix.awaitEmptyQueue();

            assertThat(bounce.replaceAll("\\s+", " ")).contains("said: 554 5.4.6 Mail loop detected");
            // The gateway passed it on once and not a second time.
            assertThat(gateway.audit("circle")).hasSize(1);
        } finally {
            TemporaryHome.delete(folder);
        }
    }
}
