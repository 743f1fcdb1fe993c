package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.chain.FleetBench;
import org.postseal.gateway.testkit.Command;

/** The commands read the logs of two gateways, of which one refused a message and the other took its retry. */
@Tag("thorough")
class AuditFleetCommandsTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FleetBench fleet;

    @BeforeEach
    void logs() throws IOException {
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                """);
        fleet = new FleetBench(Files.createDirectories(folder.resolve("logs")));
        fleet.start("gw-1", "gw-2");
        mail("gw-2", "Q1", "<1@ours.example>", "refuse");
        mail("gw-1", "Q2", "<2@ours.example>", "rest");
        fleet.pass(Duration.ofMinutes(1));
        mail("gw-1", "Q3", "<1@ours.example>", "rest");
        mail("gw-2", "Q4", "<2@ours.example>", "rest");
        fleet.pass(Duration.ofMinutes(1));
        mail("gw-2", "Q5", "<3@ours.example>", "rest");
        fleet.exchange();
        fleet.pass(Duration.ofMinutes(5));
        for (int i = 0; i < 3; i++) {
            mail("gw-1", "R" + i, "<4@ours.example>", "rest");
            mail("gw-2", "S" + i, "<4@ours.example>", "rest");
        }
        fleet.exchange();
        fleet.stop("gw-1", "gw-2");
    }

    private void mail(String node, String queueId, String messageId, String rule) throws IOException {
        fleet.append(
                node, Records.done(fleet.time(), queueId, messageId, "ann@ours.example", "bob@partner.example", rule));
    }

    @AfterEach
    void close() throws IOException {
        fleet.close();
    }

    /** The newest come first; of the same time, the first gateway by its name. */
    @Test
    void recordsOfAllGatewaysAreFoundInOneOrder() {
        assertThat(run("audit", "query", "--until", "2026-11-26T12:05:00Z")).isZero();
        assertThat(output().stream().map(line -> line.replaceFirst("^(\\S+) +\\S+ +(\\S+).*", "$1 $2")))
                .containsExactly("NODE QUEUE-ID", "gw-2 Q5", "gw-1 Q3", "gw-2 Q4", "gw-1 Q2", "gw-2 Q1");
        assertThat(err.toString(UTF_8)).isEmpty();

        assertThat(run("audit", "query", "--limit", "3", "--format", "csv")).isZero();
        assertThat(output()).hasSize(4);
        assertThat(output().getFirst()).endsWith("\"postseal.node\"");
        assertThat(output().get(1)).endsWith(",\"gw-1\"");
        assertThat(err.toString(UTF_8)).contains("there are more, see --limit");
    }

    @Test
    void aRecordInJsonIsThatOfTheLogWithTheNameInFront() throws IOException {
        assertThat(run("audit", "query", "--message", "Q3", "--format", "json")).isZero();
        String line = Files.readAllLines(fleet.log("gw-1")).stream()
                .filter(each -> each.contains("\"postseal.queue_id\":\"Q3\""))
                .findFirst()
                .orElseThrow();
        assertThat(output()).containsExactly("{\"postseal.node\":\"gw-1\"," + line.substring(1));
    }

    @Test
    void theStoryOfAMessageGoesOverAllGateways() {
        assertThat(run("audit", "show", "1@ours.example")).isZero();
        assertThat(output())
                .containsSubsequence(
                        "2026-11-26T12:00:00Z  attempt Q1",
                        "  gateway         gw-2",
                        "2026-11-26T12:01:00Z  attempt Q3",
                        "  gateway         gw-1");
    }

    @Test
    void aReportSumsOverAllGatewaysAndNamesThem() throws IOException {
        assertThat(run("audit", "report", "--since", "2026-11-26", "--until", "2026-11-27", "--format", "csv"))
                .as(err.toString(UTF_8))
                .isZero();
        assertThat(output()).contains("\"Recipients by direction and outcome\",\"outbound\",\"10\",\"0\",\"1\",\"0\"");
        assertThat(run("audit", "report", "--since", "2026-11-26", "--until", "2026-11-27"))
                .isZero();
        assertThat(output().getFirst()).contains("gw-1, gw-2");

        delete(fleet.folder("gw-2"));
        assertThat(run("audit", "report", "--since", "2026-11-26", "--until", "2026-11-27"))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(output()).anyMatch(line -> line.contains("no log of gw-2 is here, which gw-1 knows"));
    }

    /** Whoever gets the folder has OpenSSL, and proves the records of both gateways. */
    @Test
    void anExportHasAProofOfEachGateway() throws IOException {
        assertThat(run(
                        "audit",
                        "export",
                        "1@ours.example",
                        "--out",
                        folder.resolve("evidence").toString()))
                .as(err.toString(UTF_8))
                .isZero();
        for (String node : List.of("gw-1", "gw-2")) {
            Path evidence = folder.resolve("evidence").resolve(node);
            String page = Files.readString(evidence.resolve("README.md"));
            assertThat(page).contains("Gateway: " + node);
            String commands = Pattern.compile("(?ms)^```sh\n(.*?)^```$")
                    .matcher(page)
                    .results()
                    .map(match -> match.group(1))
                    .filter(block -> block.contains("pkeyutl"))
                    .findFirst()
                    .orElseThrow();
            Command.Result checked =
                    Command.of("sh", "-c", "cd '" + evidence + "'\n" + commands).run();
            assertThat(new String(checked.output(), UTF_8))
                    .contains("Signature Verified Successfully")
                    .contains("json: OK");
        }
    }

    @Test
    void theLogsAreVerifiedAgainstEachOther() throws IOException {
        assertThat(run("audit", "verify")).as(err.toString(UTF_8)).isZero();
        assertThat(output())
                .filteredOn(line -> line.startsWith("seen "))
                .anyMatch(line -> line.endsWith(" by gw-2; unproven after it"))
                .contains("seen        by no other log that is whole: only that shows whether the end was cut off");
        assertThat(output().getLast())
                .isEqualTo("all logs of which one of the others has seen a checkpoint are here, and lead there");

        delete(fleet.folder("gw-2"));
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString(UTF_8)).contains("error: missing: a log of gw-2 by the key ");
        assertThat(output()).noneMatch(line -> line.startsWith("all logs"));
    }

    @Test
    void filesAndAFolderAreNotReadAtOnce() {
        assertThat(run("audit", "query", "audit.jsonl")).isEqualTo(ExitCode.USAGE);
        assertThat(run("audit", "verify", "--checkpoint", "kept.jsonl")).isEqualTo(ExitCode.USAGE);
    }

    private static void delete(Path node) throws IOException {
        try (Stream<Path> files = Files.walk(node)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        String[] all = new String[words.length + 4];
        all[0] = "-c";
        all[1] = folder.resolve("postseal.yaml").toString();
        System.arraycopy(words, 0, all, 2, words.length);
        all[words.length + 2] = "--fleet";
        all[words.length + 3] = folder.resolve("logs").toString();
        Console console = new Console(
                InputStream.nullInputStream(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new CommandLineInterface(new GatewayAssembly(), console).execute(all);
    }

    private List<String> output() {
        return out.toString(UTF_8).lines().toList();
    }
}
