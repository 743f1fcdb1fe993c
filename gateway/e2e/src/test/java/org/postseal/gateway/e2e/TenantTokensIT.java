package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * One listener for both directions is used by a service whose customers all come from the same addresses, none of which
 * is trusted.
 */
class TenantTokensIT {
    private static final String ALICE = "alice@example.com";
    private static final String BOB = "bob@partner.example";
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: out, when: { direction: outbound }, then: { sign: required } }
              - { id: inside, when: { direction: internal }, then: { sign: required } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    @Test
    void mailIsOursByTheSecretAlone() throws Exception {
        try (TestPki pki = new TestPki().user(ALICE, KeyAlgorithm.RSA2048);
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki).own(List.of(pki.identity(ALICE)))) {
            int port = gateway.submissionSmtp();
            Files.writeString(gateway.file("out.token"), "0123456789abcdef\n");
            Files.writeString(gateway.file("in.token"), "fedcba9876543210\n");
            gateway.start(POLICY, """
                    listeners:
                      - protocol: smtp
                        address: "127.0.0.1:%d"
                        role: both
                        tenantTokens: { name: X-Via-Example, submissionFile: out.token, inboundFile: in.token }
                    trustedPeers: ["192.0.2.1"]
                    nextHop: "127.0.0.1:%d"
                    """.formatted(port, hop.port()), List.of(port));

            assertThat(send(port, "X-Via-Example: 0123456789abcdef\r\n", BOB)).startsWith("250 2.");
            Received signed = hop.received().getFirst();
            assertThat(signed.text()).containsIgnoringCase("Content-Type: multipart/signed");
            assertThat(signed.text()).doesNotContainIgnoringCase("X-Via").doesNotContain("0123456789abcdef");

            // A stranger writes as Alice to Alice. The message arrives as it is, and goes nowhere else.
            hop.clear();
            assertThat(send(port, "X-Via-Example: fedcba9876543210\r\n", ALICE)).startsWith("250 2.");
            Received inbound = hop.received().getFirst();
            assertThat(inbound.text()).doesNotContainIgnoringCase("multipart/signed");
            assertThat(inbound.text()).doesNotContainIgnoringCase("X-Via").doesNotContain("fedcba9876543210");

            hop.clear();
            assertThat(send(port, "X-Via-Example: fedcba9876543210\r\n", BOB)).startsWith("550 5.7.1");
            assertThat(hop.received()).isEmpty();

            // This is another customer of the service.
            hop.clear();
            assertThat(send(port, "", BOB)).isEqualTo("550 5.7.1 Relay access denied");
            assertThat(send(port, "X-Via-Example: yes\r\n", BOB)).isEqualTo("550 5.7.1 Relay access denied");
            assertThat(hop.received()).isEmpty();
            assertThat(Files.readString(gateway.file("audit.jsonl")).lines())
                    .filteredOn(line -> line.contains("\"postseal.reason\":\"TENANT_NOT_KNOWN\""))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("\"postseal.detail\":\"no X-Via-Example\""),
                            line -> assertThat(line)
                                    .contains("\"postseal.detail\":\"another value of X-Via-Example\""));
        }
    }

    private static String send(int port, String field, String recipient) {
        byte[] message = ("From: " + ALICE + "\r\nTo: " + recipient + "\r\n" + field
                        + "Message-ID: <1@test>\r\nSubject: x\r\n\r\nhello\r\n")
                .getBytes(US_ASCII);
        try (SmtpSender sender = SmtpSender.smtp(port)) {
            return sender.send(ALICE, List.of(recipient), message).data().getLast();
        }
    }
}
