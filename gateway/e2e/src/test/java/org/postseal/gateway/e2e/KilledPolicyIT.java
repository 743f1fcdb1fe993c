package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.evidence.KeptPolicy;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.TestPki;

/**
 * A SIGKILL comes between keeping the text of a policy, its record, and its coming into force. The next start finds
 * everything that a record names, and the log is whole.
 */
@Timeout(120)
final class KilledPolicyIT {
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules: [{ id: %s, when: always, then: mailboxPolicy }]
            """;

    @Test
    void whatWasKeptAndNotRecordedAndWhatWasRecordedAndDidNotCountHurtNobody() throws Exception {
        try (TestPki pki = new TestPki();
                GatewayProcess gateway = new GatewayProcess(pki)
                        .main("org.postseal.gateway.e2e.KilledPolicyMain")
                        .javaOptions(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"))) {
            gateway.start(POLICY.formatted("first"), Await.freePorts(1).getFirst());
            assertThat(recorded(gateway)).containsExactly("policy-loaded " + sha256("first"));

            String second = reloadAndDie(gateway, "second", "kill.kept");
            assertThat(recorded(gateway)).as("no record names it").hasSize(1);
            assertKept(gateway, second, "second");
            gateway.start();
            assertThat(recorded(gateway)).hasSize(2).endsWith("policy-loaded " + second);
            assertKept(gateway, second, "second");

            String third = reloadAndDie(gateway, "third", "kill.recorded");
            assertThat(recorded(gateway)).hasSize(3).endsWith("policy-reloaded " + third);
            assertKept(gateway, third, "third");
            assertThat(gateway.log()).as("it did not count").doesNotContain("policy " + third);
            gateway.start();
            assertThat(recorded(gateway)).hasSize(4).endsWith("policy-loaded " + third);

            gateway.stop();
            assertThat(ChainVerifier.verify(
                            List.of(ChainVerifier.files(gateway.file("admin.jsonl"))),
                            List.of(gateway.file("audit-key.pem.pub")),
                            Optional.empty(),
                            List.of()))
                    .allMatch(report -> report.isSound() && report.signedTo() > 4);
        }
    }

    private static String reloadAndDie(GatewayProcess gateway, String rule, String at) throws IOException {
        String sha256 = sha256(rule);
        Path file = Files.writeString(gateway.file(at), sha256 + "\n");
        Files.writeString(gateway.file("policy.yaml"), POLICY.formatted(rule));
        Command.of("kill", "-HUP", gateway.pid()).output();
        gateway.awaitEnd();
        Files.delete(file);
        return sha256;
    }

    private static String sha256(String rule) {
        return PolicyText.of(POLICY.formatted(rule).getBytes(UTF_8)).sha256();
    }

    private static void assertKept(GatewayProcess gateway, String sha256, String rule) throws IOException {
        assertThat(KeptPolicy.read(gateway.file("audit-evidence"), sha256))
                .isInstanceOfSatisfying(
                        KeptPolicy.Kept.class, kept -> assertThat(kept.text()).isEqualTo(POLICY.formatted(rule)));
    }

    /** Returns the action and SHA-256 of each record about a policy. */
    private static List<String> recorded(GatewayProcess gateway) throws IOException {
        return Files.readAllLines(gateway.file("admin.jsonl")).stream()
                .filter(line -> line.contains("\"event.action\":\"policy-"))
                .map(line -> line.replaceFirst(
                        ".*\"event\\.action\":\"([a-z-]+)\".*\"file\\.hash\\.sha256\":\"([0-9a-f]+)\".*", "$1 $2"))
                .toList();
    }
}
