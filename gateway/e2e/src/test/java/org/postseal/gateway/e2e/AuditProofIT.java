package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.audit.chain.ChainReport;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.e2e.load.LoadDriver;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/**
 * The audit log of a gateway that was killed proves its records: to us, and to readers who have OpenSSL and the page.
 */
class AuditProofIT {
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """;
    private static final List<String> TWO = List.of("bob@partner.example", "ann@partner.example");

    @Test
    void killedInMidWriteTheLogVerifiesAndARecordIsProvenByThePage() throws Exception {
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki)) {
            gateway.start(POLICY, hop.port());
            LoadDriver load = new LoadDriver(gateway.submissionLmtp(), true, true);
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    load.run("proof", 150, 8, TWO);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            for (int kill = 0; kill < 3; kill++) {
                int before = load.settled();
                Await.until(() -> load.settled() > before + 4 || !sending.isAlive(), () -> "no progress");
                Await.pause(Duration.ofMillis(37L * kill));
                gateway.kill();
                gateway.start();
            }
            sending.join();
            gateway.stop();

            Path log = gateway.file("audit.jsonl");
            ChainReport report = ChainVerifier.verify(
                            List.of(ChainVerifier.files(log)),
                            List.of(gateway.file("audit-key.pem.pub")),
                            Optional.empty())
                    .getFirst();
            assertThat(report.findings()).isEmpty();
            assertThat(report.records())
                    .as("a record for each recipient and attempt")
                    .isGreaterThan(300);
            assertThat(report.signedTo()).as("signed when it stopped").isEqualTo(report.last() - 1);

            assertThat(prove(log.resolveSibling(""), 7)).contains("Verified Successfully");
            String forged = Files.readAllLines(log).stream()
                    .map(line -> line.contains("\"postseal.chain.number\":7,")
                            ? line.replace("partner.example", "other.example")
                            : line)
                    .collect(Collectors.joining("\n", "", "\n"));
            assertThat(forged).isNotEqualTo(Files.readString(log));
            Files.writeString(log, forged);
            assertThat(prove(log.resolveSibling(""), 7)).doesNotContain("Verified Successfully");
        }
    }

    /** Runs the commands of the page. */
    static String prove(Path folder, int number) throws IOException, InterruptedException {
        String page = Files.readString(Path.of("../../docs/audit-proof.md"));
        Matcher commands = Pattern.compile("## Prove a record with OpenSSL.*?```sh\\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(commands.find()).isTrue();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", commands.group(1))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("NUMBER", Integer.toString(number));
        Process shell = builder.start();
        String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        int _ = shell.waitFor();
        return output;
    }
}
