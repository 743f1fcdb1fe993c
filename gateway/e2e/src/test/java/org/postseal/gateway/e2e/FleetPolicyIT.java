package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** An admin brings two gateways from one policy to the next with the commands of the manual, while mail flows. */
class FleetPolicyIT {
    private static final String ADMIN = "policy_admin";
    private static final String RELAY = policy("{ id: relay, when: always, then: { sign: never } }");
    private static final String REFUSE = policy("{ id: refuse, when: always, then: reject }");

    @TempDir
    private Path folder;

    private final CapturedConsole console = new CapturedConsole();

    @Test
    void twoGatewaysDecideByTheNextPolicyFromOneEpochOn() throws Exception {
        FleetDatabase database = new FleetDatabase(PostgresServer.shared());
        database.roles("gateways", ADMIN);
        Path key = key("admin");
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one = database.join(new GatewayProcess(pki), "one", "gateways", signer(key));
                GatewayProcess other = database.join(new GatewayProcess(pki), "other", "gateways", signer(key))) {
            one.prepare(REFUSE, hop.port());
            Path config = one.file("postseal.yaml");
            assertThat(run(config, "run")).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(text()).contains("the fleet has no tables of policy");
            assertThat(run(config, "fleet", "policy", "init", "--as", ADMIN))
                    .as(text())
                    .isZero();
            assertThat(run(config, "run")).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(text()).contains("no policy that counts");
            assertThat(propose(config, RELAY, key)).as(text()).isZero();
            assertThat(run(config, "fleet", "policy", "activate", "--as", ADMIN))
                    .as(text())
                    .isZero();

            one.start();
            other.start(REFUSE, hop.port());
            assertThat(List.of(send(one), send(other))).allMatch(reply -> reply.startsWith("250"));
            assertThat(Files.readString(one.file("fleet-policy.yaml"))).isEqualTo(RELAY);

            assertThat(propose(config, "ruls: []\n" + RELAY, key)).isEqualTo(ExitCode.CONFIG);
            Files.writeString(folder.resolve("policy.test.yaml"), cases("deliver"));
            assertThat(propose(config, REFUSE, key)).isEqualTo(ExitCode.REFUSED);
            Files.writeString(folder.resolve("policy.test.yaml"), cases("reject"));
            assertThat(propose(config, REFUSE, key("stranger"))).isEqualTo(ExitCode.CONFIG);
            assertThat(text()).contains("is none of fleet.policy.signers");
            assertThat(propose(config, REFUSE, key)).as(text()).isZero();
            assertThat(send(one)).as("nothing counts yet").startsWith("250");

            AtomicBoolean isOver = new AtomicBoolean();
            Thread sending = Thread.ofVirtual().start(() -> {
                while (!isOver.get()) {
                    String _ = send(one);
                    String _ = send(other);
                }
            });
            assertThat(run(config, "fleet", "policy", "activate", "--as", ADMIN))
                    .as(text())
                    .isZero();
            isOver.set(true);
            sending.join();
            assertThat(List.of(send(one), send(other))).allMatch(reply -> reply.startsWith("550 5.7.1"));
            assertThat(policiesByEpoch(one, other))
                    .hasSize(2)
                    .allSatisfy((epoch, policies) -> assertThat(policies).hasSize(1));
            assertThat(Files.readString(other.file("fleet-policy.yaml"))).isEqualTo(REFUSE);
            assertThat(run(config, "check")).as(text()).isZero();

            other.kill();
            other.start();
            assertThat(send(other)).as("it begins with what counts").startsWith("550 5.7.1");
            assertThat(run(config, "fleet", "policy", "status")).isZero();
            assertThat(text().lines().map(line -> line.replaceAll(" +", " ")))
                    .anyMatch(line -> line.startsWith("2 counts "))
                    .anyMatch(line -> line.startsWith("1 activated "))
                    .anyMatch(line -> line.matches("one \\S+Z 2 -"))
                    .anyMatch(line -> line.matches("other \\S+Z 2 -"));
        }
    }

    private int propose(Path config, String policy, Path key) throws IOException {
        Path file = Files.writeString(folder.resolve("policy.yaml"), policy);
        return run(config, "fleet", "policy", "propose", file.toString(), "--key", key.toString(), "--as", ADMIN);
    }

    /** Returns, by epoch, the policies by which records say that they were decided. */
    private static Map<Object, Set<String>> policiesByEpoch(GatewayProcess... gateways) {
        Map<Object, Set<String>> found = new HashMap<>();
        for (GatewayProcess gateway : gateways) {
            gateway.audit("1")
                    .forEach(record -> found.computeIfAbsent(
                                    String.valueOf(record.get("postseal.policy.epoch")), _ -> new TreeSet<>())
                            .add(String.valueOf(record.get("postseal.policy.sha256"))));
        }
        return found;
    }

    private static String send(GatewayProcess gateway) {
        try (SmtpSender sender = SmtpSender.smtp(gateway.submissionSmtp())) {
            return sender.send(
                            "alice@example.com",
                            List.of("bob@partner.example"),
                            ("From: alice@example.com\r\nTo: bob@partner.example\r\n"
                                            + "Message-ID: <1@test>\r\n\r\nhello\r\n")
                                    .getBytes(US_ASCII))
                    .data()
                    .getFirst();
        }
    }

    private Path key(String name) throws IOException, InterruptedException {
        Path key = folder.resolve(name + ".key");
        openssl("genpkey", "-algorithm", "ed25519", "-out", key.toString());
        openssl("pkey", "-in", key.toString(), "-pubout", "-out", signer(key).toString());
        return key;
    }

    private static Path signer(Path key) {
        return key.resolveSibling(key.getFileName() + ".pub");
    }

    private static void openssl(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    private static String cases(String decision) {
        return """
            version: 1
            cases:
              - name: to a partner
                message: { from: alice@example.com }
                to: bob@partner.example
                expect: { decision: %s }
            """.formatted(decision);
    }

    private static String policy(String rule) {
        return "version: 1\ninternal: [example.com]\nrules:\n  - " + rule + "\n";
    }

    private int run(Path config, String... words) {
        return console.runOn(config, words);
    }

    private String text() {
        return console.out() + console.err();
    }
}
