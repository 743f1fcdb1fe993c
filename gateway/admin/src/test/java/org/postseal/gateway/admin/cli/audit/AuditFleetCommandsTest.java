package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.chain.FleetBench;
import org.postseal.gateway.testkit.Command;

/** The commands read the logs of two gateways, of which one refused a message and the other took its retry. */
@Tag("thorough")
class AuditFleetCommandsTest {
    @TempDir
    private Path folder;

    private GatewayFolder gateway;

    @AutoClose
    private FleetBench fleet;

    @BeforeEach
    void logs() throws IOException {
        gateway = new GatewayFolder(folder);
        fleet = new FleetBench(Files.createDirectories(folder.resolve("logs")));
        fleet.start("gw-1", "gw-2");
        fleet.mail("gw-2", "Q1", "<1@ours.example>", "refuse");
        fleet.mail("gw-1", "Q2", "<2@ours.example>", "rest");
        fleet.pass(Duration.ofMinutes(1));
        fleet.mail("gw-1", "Q3", "<1@ours.example>", "rest");
        fleet.mail("gw-2", "Q4", "<2@ours.example>", "rest");
        fleet.pass(Duration.ofMinutes(1));
        fleet.mail("gw-2", "Q5", "<3@ours.example>", "rest");
        fleet.exchange();
        fleet.pass(Duration.ofMinutes(5));
        for (int i = 0; i < 3; i++) {
            fleet.mail("gw-1", "R" + i, "<4@ours.example>", "rest");
            fleet.mail("gw-2", "S" + i, "<4@ours.example>", "rest");
        }
        fleet.exchange();
        fleet.stop("gw-1", "gw-2");
    }

    /** The newest come first; of the same time, the first gateway by its name. */
    @Test
    void recordsOfAllGatewaysAreFoundInOneOrder() {
        assertThat(run("audit", "query", "--until", "2026-11-26T12:05:00Z")).isZero();
        assertThat(gateway.lines().stream().map(line -> line.replaceFirst("^(\\S+) +\\S+ +(\\S+).*", "$1 $2")))
                .containsExactly("NODE QUEUE-ID", "gw-2 Q5", "gw-1 Q3", "gw-2 Q4", "gw-1 Q2", "gw-2 Q1");
        assertThat(gateway.err()).isEmpty();

        assertThat(run("audit", "query", "--limit", "3", "--format", "csv")).isZero();
        assertThat(gateway.lines()).hasSize(4);
        assertThat(gateway.lines().getFirst()).endsWith("\"postseal.node\"");
        assertThat(gateway.lines().get(1)).endsWith(",\"gw-1\"");
        assertThat(gateway.err()).contains("there are more, see --limit");
    }

    @Test
    void aRecordInJsonIsThatOfTheLogWithTheNameInFront() throws IOException {
        assertThat(run("audit", "query", "--message", "Q3", "--format", "json")).isZero();
        String line = Files.readAllLines(fleet.log("gw-1")).stream()
                .filter(each -> each.contains("\"postseal.queue_id\":\"Q3\""))
                .findFirst()
                .orElseThrow();
        assertThat(gateway.lines()).containsExactly("{\"postseal.node\":\"gw-1\"," + line.substring(1));
    }

    @Test
    void theStoryOfAMessageGoesOverAllGateways() {
        assertThat(run("audit", "show", "1@ours.example")).isZero();
        assertThat(gateway.lines())
                .containsSubsequence(
                        "2026-11-26T12:00:00Z  attempt Q1",
                        "  gateway         gw-2",
                        "2026-11-26T12:01:00Z  attempt Q3",
                        "  gateway         gw-1");
    }

    @Test
    void aReportSumsOverAllGatewaysAndNamesThem() throws IOException {
        assertThat(run("audit", "report", "--since", "2026-11-26", "--until", "2026-11-27", "--format", "csv"))
                .as(gateway.err())
                .isZero();
        assertThat(gateway.lines())
                .contains("\"Recipients by direction and outcome\",\"outbound\",\"10\",\"0\",\"0\",\"1\",\"0\"");
        assertThat(run("audit", "report", "--since", "2026-11-26", "--until", "2026-11-27"))
                .isZero();
        assertThat(gateway.lines().getFirst()).contains("gw-1, gw-2");

        FleetBench.remove(fleet.folder("gw-2"));
        assertThat(run("audit", "report", "--since", "2026-11-26", "--until", "2026-11-27"))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.lines()).anyMatch(line -> line.contains("no log of gw-2 is here, which gw-1 knows"));
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
                .as(gateway.err())
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
        assertThat(run("audit", "verify")).as(gateway.err()).isZero();
        assertThat(gateway.lines())
                .filteredOn(line -> line.startsWith("seen "))
                .anyMatch(line -> line.endsWith(" by gw-2; unproven after it"))
                .contains("seen        by no other log that is whole: only that shows whether the end was cut off");
        assertThat(gateway.lines().getLast())
                .isEqualTo("all logs of which one of the others has seen a checkpoint are here, and lead there");

        FleetBench.remove(fleet.folder("gw-2"));
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).contains("error: missing: a log of gw-2 by the key ");
        assertThat(gateway.lines()).noneMatch(line -> line.startsWith("all logs"));
    }

    @Test
    void filesAndAFolderAreNotReadAtOnce() {
        assertThat(run("audit", "query", "audit.jsonl")).isEqualTo(ExitCode.USAGE);
        assertThat(run("audit", "verify", "--checkpoint", "kept.jsonl")).isEqualTo(ExitCode.USAGE);
    }

    private int run(String... words) {
        return gateway.run(Stream.concat(
                        Stream.of(words),
                        Stream.of("--fleet", folder.resolve("logs").toString()))
                .toArray(String[]::new));
    }
}
