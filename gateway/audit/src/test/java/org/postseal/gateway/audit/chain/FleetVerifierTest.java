package org.postseal.gateway.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The logs of nodes show of each other what is missing, was cut, or was written again. */
final class FleetVerifierTest {
    @AutoClose
    private final FleetBench fleet;

    FleetVerifierTest(@TempDir Path folder) {
        fleet = new FleetBench(folder);
    }

    @Test
    void untouchedLogsVouchForEachOther() throws IOException {
        fleet.usual();
        FleetReport report = fleet.verify();
        assertThat(fleet.findings()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.logs().stream()
                        .map(log -> log.node() + " " + log.file().getFileName()))
                .containsExactly(
                        "gw-1 audit.jsonl",
                        "gw-1 admin.jsonl",
                        "gw-2 audit.jsonl",
                        "gw-2 admin.jsonl",
                        "gw-3 audit.jsonl",
                        "gw-3 admin.jsonl");
        FleetReport.NodeLog first = report.logs().getFirst();
        assertThat(first.covered())
                .hasValueSatisfying(covered -> assertThat(covered.by()).containsExactly("gw-2", "gw-3"));
        assertThat(first.covered().orElseThrow().to()).isLessThan(first.report().last());
        assertThat(first.keys()).hasSize(1);
    }

    @Test
    void aLogThatIsMissingIsNamedByTheOthers() throws IOException {
        fleet.usual();
        for (Path file : FleetBench.files(fleet.folder("gw-2"))) {
            Files.delete(file);
        }
        Files.delete(fleet.folder("gw-2"));
        // Its key is not here either, unless it was kept elsewhere.
        assertThat(fleet.findings())
                .singleElement()
                .asString()
                .matches(
                        "missing: a log of gw-2 by the key [0-9a-f]{64}, which is none of those here, seen up to record"
                                + " [0-9]+ of 2026-11-26T12:10:00Z by gw-1, gw-3");
    }

    @Test
    void withTheKeyOfTheNodeTheMissingChainIsNamedToo() throws IOException {
        fleet.usual();
        List<Path> keys = new ArrayList<>();
        for (String node : List.of("gw-1", "gw-2", "gw-3")) {
            keys.add(Files.copy(
                    fleet.folder(node).resolve("audit-key.pem.pub"),
                    fleet.folder().resolve("." + node + ".pub")));
        }
        for (Path file : FleetBench.files(fleet.folder("gw-2"))) {
            Files.delete(file);
        }
        assertThat(fleet.findings(keys.toArray(Path[]::new)))
                .hasSize(2)
                .anyMatch(finding -> finding.startsWith("gw-2 has no log of messages here"))
                .anyMatch(finding -> finding.matches("missing: the log of gw-2 with the chain [0-9a-f]{32}, seen up to"
                        + " record [0-9]+ of 2026-11-26T12:10:00Z by gw-1, gw-3"));
    }

    /** It ends with a checkpoint, as if it had never had more. */
    @Test
    void aLogThatWasCutAtACheckpointIsNamed() throws IOException {
        fleet.usual();
        List<String> lines = Files.readAllLines(fleet.log("gw-2"));
        int end = lines.size() - 1;
        int cut = end;
        for (int i = 0; i < end; i++) {
            cut = lines.get(i).contains("chain-checkpoint") && i < end / 2 ? i : cut;
        }
        Files.write(fleet.log("gw-2"), lines.subList(0, cut + 1));
        assertThat(fleet.findings())
                .singleElement()
                .asString()
                .matches("gw-2: rolled back: the checkpoint of 2026-11-26T12:10:00Z, which gw-[13] has seen"
                        + " \\(its record [0-9]+\\), covers records up to [0-9]+, the log ends with " + (cut + 1));
    }

    @Test
    void aLogThatWasCutBetweenCheckpointsIsNamed() throws IOException {
        fleet.usual();
        List<String> lines = Files.readAllLines(fleet.log("gw-2"));
        Files.write(fleet.log("gw-2"), lines.subList(0, 4));
        assertThat(fleet.findings())
                .anyMatch(finding -> finding.startsWith("gw-2: rolled back: ") && finding.endsWith("ends with 4"));
    }

    /** What nobody has seen may be cut off unseen, and the report claims nothing about it. */
    @Test
    void nobodyVouchesForWhatIsBehindTheNewestCheckpointThatWasSeen() throws IOException {
        fleet.usual();
        long covered = coveredTo("gw-2");
        List<String> lines = Files.readAllLines(fleet.log("gw-2"));
        Files.write(fleet.log("gw-2"), lines.subList(0, (int) covered + 1));
        assertThat(fleet.findings()).isEmpty();
        assertThat(coveredTo("gw-2")).isEqualTo(covered);
        Files.write(fleet.log("gw-2"), lines.subList(0, (int) covered - 1));
        assertThat(fleet.findings()).isNotEmpty();
    }

    private long coveredTo(String node) throws IOException {
        return fleet.verify().logs().stream()
                .filter(log -> log.node().equals(node))
                .findFirst()
                .orElseThrow()
                .covered()
                .orElseThrow()
                .to();
    }

    /** Whoever has the machine has the key too. */
    @Test
    void aLogThatWasWrittenAgainWithItsOwnKeyIsNamed() throws IOException {
        fleet.start("gw-1", "gw-2");
        fleet.mail("gw-1", 6);
        fleet.mail("gw-2", 6);
        fleet.exchange();
        fleet.stop("gw-2");
        Path early = fleet.copy("gw-2");
        fleet.start("gw-2");
        for (int i = 0; i < 3; i++) {
            fleet.mail("gw-2", 6);
            fleet.exchange();
        }
        fleet.stop("gw-2", "gw-1");
        assertThat(fleet.findings()).isEmpty();

        fleet.replace(early, fleet.folder("gw-2"));
        fleet.start("gw-2");
        fleet.pass(Duration.ofMinutes(1));
        fleet.mail("gw-2", 40);
        fleet.stop("gw-2");
        // Behind the first record that is another one, all are.
        assertThat(fleet.findings())
                .singleElement()
                .asString()
                .matches("gw-2: audit.jsonl:[0-9]+: record [0-9]+ is not the one that the kept checkpoint of"
                        + " 2026-11-26T12:00:00Z, which gw-1 has seen \\(its record [0-9]+\\), covers");
    }

    @Test
    void aLogThatBeganAgainIsNamed() throws IOException {
        fleet.usual();
        Files.delete(fleet.log("gw-2"));
        fleet.start("gw-2");
        fleet.mail("gw-2", 30);
        fleet.stop("gw-2");
        assertThat(fleet.findings())
                .singleElement()
                .asString()
                .matches("missing: the log of gw-2 with the chain .*, seen up to record .* by gw-1, gw-3");
    }

    @Test
    void aLogThatWasWrittenAgainWithAnotherKeyIsNamed() throws IOException {
        fleet.usual();
        String key = keyOf("gw-2");
        for (Path file : FleetBench.files(fleet.folder("gw-2"))) {
            Files.delete(file);
        }
        fleet.start("gw-2");
        fleet.mail("gw-2", 30);
        fleet.stop("gw-2");
        assertThat(keyOf("gw-2")).isNotEqualTo(key);
        assertThat(fleet.findings())
                .singleElement()
                .asString()
                .startsWith("missing: a log of gw-2 by the key " + key + ", which is none of those here, seen up to");
    }

    /** The old public key stays in the folder, as for the log of one gateway. */
    @Test
    void aNewKeyIsNoFork() throws IOException {
        fleet.usual();
        Path folder = fleet.folder("gw-2");
        Path _ = Files.move(folder.resolve("audit-key.pem.pub"), folder.resolve("audit-key-2025.pem.pub"));
        Files.delete(folder.resolve("audit-key.pem"));
        fleet.start("gw-1", "gw-2", "gw-3");
        fleet.mail("gw-2", 6);
        fleet.exchange();
        fleet.stop("gw-1", "gw-2", "gw-3");
        assertThat(fleet.findings()).isEmpty();
    }

    private String keyOf(String node) throws IOException {
        return Files.readAllLines(fleet.log(node)).stream()
                .filter(line -> line.contains("chain-checkpoint"))
                .map(line -> line.replaceFirst(".*\"postseal.chain.key\":\"([0-9a-f]{64})\".*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void foldersThatWereSwappedAreNamed() throws IOException {
        fleet.usual();
        Path swapped = fleet.folder().resolve(".swapped");
        Path _ = Files.move(fleet.folder("gw-1"), swapped);
        Path _ = Files.move(fleet.folder("gw-2"), fleet.folder("gw-1"));
        Path _ = Files.move(swapped, fleet.folder("gw-2"));
        assertThat(fleet.findings())
                .contains(
                        "gw-1: is the log of gw-2, as its newest checkpoint says",
                        "gw-2: is the log of gw-1, as its newest checkpoint says");
    }

    /** The thief of what a log has seen breaks that log's own chain. */
    @Test
    void takingAwayWhatALogHasSeenIsNamed() throws IOException {
        fleet.usual();
        List<String> lines = Files.readAllLines(fleet.log("gw-1"));
        Files.write(
                fleet.log("gw-1"),
                lines.stream().filter(line -> !line.contains("chain-witness")).toList());
        assertThat(fleet.findings()).anyMatch(finding -> finding.matches("gw-1: audit.jsonl:[0-9]+: record.* missing"));
        assertThat(fleet.verify().logs().stream()
                        .filter(log -> log.node().equals("gw-2"))
                        .findFirst()
                        .orElseThrow()
                        .covered()
                        .orElseThrow()
                        .by())
                .containsExactly("gw-3");
    }

    @Test
    void aForgedCheckpointOfAnotherNodeIsNamedAndCountsForNothing() throws IOException {
        fleet.start("gw-1", "gw-2");
        fleet.mail("gw-1", 6);
        fleet.mail("gw-2", 6);
        fleet.forge("gw-2", line -> line.replaceFirst("signed_number\":[0-9]+", "signed_number\":4000"));
        fleet.exchange();
        fleet.stop("gw-1", "gw-2");
        assertThat(fleet.findings())
                .singleElement()
                .asString()
                .matches("gw-1: names a checkpoint of gw-2 in record [0-9]+ whose signature does not fit");
    }

    /** The name is signed, so that nobody can show the checkpoint of one node as that of another. */
    @Test
    void theNameInACheckpointCannotBeChanged() throws IOException {
        fleet.start("gw-1", "gw-2");
        fleet.mail("gw-1", 6);
        fleet.mail("gw-2", 6);
        fleet.forge("gw-2", line -> line.replace("gw-2", "gw-9"));
        fleet.exchange();
        fleet.stop("gw-1", "gw-2");
        assertThat(fleet.findings())
                .singleElement()
                .asString()
                .startsWith("gw-1: names a checkpoint of gw-9 in record ");
    }

    @Test
    void aLogThatWasChangedDoesNotVouchForOthers() throws IOException {
        fleet.usual();
        List<String> lines = new ArrayList<>(Files.readAllLines(fleet.log("gw-1")));
        lines.set(2, lines.get(2).replace("bob", "eve"));
        Files.write(fleet.log("gw-1"), lines);
        assertThat(fleet.findings()).hasSize(1);
        assertThat(fleet.verify().logs().stream()
                        .filter(log -> log.node().equals("gw-2"))
                        .flatMap(log -> log.covered().stream()))
                .allSatisfy(covered -> assertThat(covered.by()).containsExactly("gw-3"))
                .isNotEmpty();
    }

    @Test
    void aLogDoesNotVouchForItself() throws IOException {
        fleet.start("gw-1");
        fleet.mail("gw-1", 6);
        fleet.appendSeen("gw-1", "gw-1");
        fleet.mail("gw-1", 6);
        fleet.stop("gw-1");
        assertThat(fleet.findings()).isEmpty();
        assertThat(fleet.verify().logs().getFirst().covered()).isEmpty();
    }

    /** Whoever can write to a file without its key can add a line behind the last checkpoint. */
    @Test
    void whatALogHasSeenCountsOnceThatIsSigned() throws IOException {
        fleet.usual();
        long covered = coveredTo("gw-2");
        for (String node : List.of("gw-1", "gw-3")) {
            List<String> lines = Files.readAllLines(fleet.log(node));
            assertThat(lines.getLast()).contains("chain-checkpoint");
            assertThat(lines.get(lines.size() - 2)).contains("chain-witness");
            Files.write(fleet.log(node), lines.subList(0, lines.size() - 1));
        }
        assertThat(coveredTo("gw-2")).isLessThan(covered);
    }

    @Test
    void aNodeThatTakesMailNoMoreIsNotMissing() throws IOException {
        fleet.usual();
        fleet.start("gw-1", "gw-2");
        for (int i = 0; i < 3; i++) {
            fleet.pass(Duration.ofDays(30));
            fleet.mail("gw-1", 6);
            fleet.mail("gw-2", 6);
            fleet.exchange();
        }
        fleet.stop("gw-1", "gw-2");
        assertThat(fleet.findings()).isEmpty();
    }

    /** Its log may go when the logs of the same time go, although another node names it in a record that is younger. */
    @Test
    void aNodeWhoseTimeIsOverIsNotMissing() throws Exception {
        fleet.usual();
        Path kept = fleet.folder().resolve(".gw-3.pub");
        Path _ = Files.copy(fleet.folder("gw-3").resolve("audit-key.pem.pub"), kept);
        fleet.start("gw-1", "gw-2");
        fleet.forgetSeen();
        for (int i = 0; i < 5; i++) {
            fleet.pass(Duration.ofDays(150));
            fleet.mail("gw-1", 6);
            fleet.mail("gw-2", 6);
            fleet.exchange();
            // A file is full after a day, but not less than a second after the one before.
            Thread.sleep(1100);
        }
        fleet.forgetSeen();
        fleet.mail("gw-1", 6);
        fleet.mail("gw-2", 6);
        fleet.exchange();
        fleet.stop("gw-1", "gw-2");
        assertThat(FleetBench.files(fleet.folder("gw-1")).stream()
                        .map(file -> file.getFileName().toString())
                        .collect(Collectors.toSet()))
                .noneMatch(name -> name.startsWith("audit-000000000001"));
        assertThat(fleet.findings()).isEmpty();

        for (Path file : FleetBench.files(fleet.folder("gw-3"))) {
            Files.delete(file);
        }
        Files.delete(fleet.folder("gw-3"));
        List<Path> keys = List.of(
                kept,
                fleet.folder("gw-1").resolve("audit-key.pem.pub"),
                fleet.folder("gw-2").resolve("audit-key.pem.pub"));
        FleetReport report = fleet.verify(keys.toArray(Path[]::new));
        assertThat(fleet.findings(keys.toArray(Path[]::new))).isEmpty();
        assertThat(report.expired()).hasSize(2).allMatch(text -> text.startsWith("the log of gw-3 "));
        assertThat(fleet.findings()).isEmpty();
        assertThat(fleet.verify().expired()).singleElement().asString().startsWith("a log of gw-3 by the key ");
    }

    @Test
    void aFolderWithoutAKeyIsNoGuess() throws IOException {
        fleet.usual();
        Files.delete(fleet.folder("gw-2").resolve("audit-key.pem.pub"));
        assertThat(fleet.findings())
                .contains("gw-2: no public key (*.pub) is in its folder")
                .anyMatch(finding -> finding.matches("gw-2: audit.jsonl:[0-9]+: checkpoint by an unknown key, .*"));
    }
}
