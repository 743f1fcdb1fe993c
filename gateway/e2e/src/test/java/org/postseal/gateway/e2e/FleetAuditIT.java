package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** The audit logs of two gateways of a fleet, gathered in a folder, are searched together and vouch for each other. */
class FleetAuditIT {
    private static final String POLICY = """
        version: 1
        internal: [example.com]
        rules:
          - { id: rest, when: always, then: mailboxPolicy }
        """;

    @TempDir
    private Path logs;

    @Test
    void theLogsOfTwoGatewaysVouchForEachOther() throws Exception {
        FleetDatabase database = new FleetDatabase(PostgresServer.shared());
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one = database.join(new GatewayProcess(pki).auditSignedEvery("1s"), "gw-1");
                GatewayProcess other = database.join(new GatewayProcess(pki).auditSignedEvery("1s"), "gw-2")) {
            one.start(POLICY, hop.port());
            other.start(POLICY, hop.port());
            send(one, "first");
            send(other, "second");
            Await.until(() -> hasSeen(one, "gw-2") && hasSeen(other, "gw-1"), one::log);
            gather(one, "gw-1");
            gather(other, "gw-2");
            // The copy of the first log may be older than what the second one has seen of it.
            gather(one, "gw-1");
            Path early = copy(logs.resolve("gw-2"), logs.resolve(".early"));
            Result sound = cli("audit", "verify", "--fleet", logs.toString());
            assertThat(sound.error()).isEmpty();
            assertThat(sound.exit()).isZero();
            assertThat(sound.output())
                    .containsPattern("gateway     gw-1\nkey         [0-9a-f]{64}\nlog .*audit\\.jsonl\n")
                    .containsPattern("seen        to record [0-9]+ of 2\\S+ by gw-2; unproven after it\n")
                    .containsPattern("seen        to record [0-9]+ of 2\\S+ by gw-1; unproven after it\n");
            assertThat(AuditProofIT.prove(logs.resolve("gw-1"), 2)).contains("Verified Successfully");

            Result found = cli("audit", "query", "--fleet", logs.toString(), "--address", "partner.example");
            assertThat(found.output().lines().map(line -> line.split(" +", 2)[0]))
                    .containsExactly("NODE", "gw-2", "gw-1");

            send(one, "third");
            // The next one that it sees may be older than the copy.
            long before = seen(one, "gw-2");
            Await.until(() -> seen(one, "gw-2") > before + 2, one::log);
            one.stop();
            other.stop();
            gather(one, "gw-1");
            Path _ = copy(early, logs.resolve("gw-2"));
            Result cut = cli("audit", "verify", "--fleet", logs.toString());
            assertThat(cut.exit()).isEqualTo(65);
            assertThat(cut.error())
                    .contains("error: rolled back: the checkpoint of ", "which gw-1 has seen (its record ");

            delete(logs.resolve("gw-2"));
            Result missing = cli("audit", "verify", "--fleet", logs.toString());
            assertThat(missing.exit()).isEqualTo(65);
            assertThat(missing.error()).contains("error: missing: a log of gw-2 by the key ");
            assertThat(cli("audit", "query", "--fleet", logs.toString()).error())
                    .contains("hint: no log of gw-2 is here, which gw-1 knows");

            gather(other, "gw-2");
            assertThat(cli("audit", "verify", "--fleet", logs.toString()).exit())
                    .isZero();
        }
    }

    private static void send(GatewayProcess gateway, String id) {
        try (SmtpSender sender = SmtpSender.smtp(gateway.submissionSmtp())) {
            assertThat(sender.send(
                                    "alice@example.com",
                                    List.of("bob@partner.example"),
                                    ("From: alice@example.com\r\nTo: bob@partner.example\r\nMessage-ID: <" + id
                                                    + "@test>\r\n\r\nhello\r\n")
                                            .getBytes(US_ASCII))
                            .isDelivered())
                    .isTrue();
        }
    }

    private static boolean hasSeen(GatewayProcess gateway, String node) {
        return seen(gateway, node) > 0;
    }

    /** Returns how many records of a gateway have checkpoints of another one's log of messages, and are signed. */
    private static long seen(GatewayProcess gateway, String node) {
        try {
            String log = Files.readString(gateway.file("audit.jsonl"));
            String signed = log.substring(0, log.lastIndexOf("\"event.action\":\"chain-checkpoint\"") + 1);
            return signed.lines()
                    .filter(line -> line.contains("chain-witness") && line.contains("\"mail {"))
                    .filter(line -> line.contains("\\\"postseal.node\\\":\\\"" + node + "\\\""))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies what lies beside the log of a gateway, as rsync does. */
    private void gather(GatewayProcess gateway, String node) throws IOException {
        Path _ = copy(gateway.file("."), logs.resolve(node));
    }

    private static Path copy(Path from, Path to) throws IOException {
        delete(to);
        Path made = Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(each -> each.getFileName().toString().matches(".*\\.jsonl.*|.*\\.pub"))
                    .toList()) {
                Path _ = Files.copy(file, made.resolve(file.getFileName()));
            }
        }
        return made;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.collect(Collectors.toList())) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private record Result(int exit, String output, String error) {}

    private static Result cli(String... arguments) {
        CapturedConsole console = new CapturedConsole();
        int exit = console.run(arguments);
        return new Result(exit, console.out(), console.err());
    }
}
