package org.postseal.gateway.audit.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.chain.FleetBench;
import org.postseal.gateway.audit.chain.FleetFolder;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.FoundPage.Place;
import org.postseal.gateway.audit.search.MergedSearch.Reached;

/** A search over several logs finds each record once, in one order, wherever it is left and taken up again. */
final class MergedSearchTest {
    @TempDir
    private Path folder;

    private final List<String> expected = new ArrayList<>();

    private List<LogSource> logs() throws IOException {
        try (FleetBench fleet = new FleetBench(Files.createDirectories(folder.resolve("logs")))) {
            fleet.start("gw-1", "gw-2", "gw-3");
            for (int i = 0; i < 40; i++) {
                // Two records in a row have the same time; the log of the first node by name comes first then.
                String node = i % 2 == 0 ? "gw-" + (2 + i / 2 % 2) : "gw-1";
                fleet.append(
                        node,
                        Records.done(fleet.time(), "Q" + i, "<" + i + "@x>", "ann@ours.example", "bob@x", "rest"));
                expected.addFirst(node + " Q" + i);
                if (i % 2 == 1) {
                    fleet.pass(Duration.ofSeconds(1));
                }
            }
            fleet.stop("gw-1", "gw-2", "gw-3");
            return LogSource.of(FleetFolder.nodes(fleet.folder(), AuditConfig.of(Path.of("audit.jsonl"))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 40, 100})
    void aSearchGoesOnWhereAnotherEnded(int each) throws IOException {
        List<LogSource> logs = logs();
        for (int size : List.of(1, 3, 50)) {
            List<String> found = new ArrayList<>();
            Optional<Reached> from = Optional.empty();
            do {
                MergedSearch search = new MergedSearch(logs, AuditQuery.ALL, from, size, Long.MAX_VALUE);
                for (int i = 0; i < each; i++) {
                    search.next().ifPresent(line -> found.add(named(line)));
                }
                from = search.reached().map(reached -> Reached.parse(reached.toString()));
            } while (from.isPresent());
            assertThat(found).as("read %s at once", size).isEqualTo(expected);
        }
    }

    private static String named(AuditLine line) {
        return line.first("postseal.node").orElse("") + " "
                + line.first("postseal.queue_id").orElse("");
    }

    /** Nothing of other logs is returned that may be older than what the budget did not reach. */
    @Test
    void aSearchThatWasCutShortGoesOn() throws IOException {
        List<LogSource> logs;
        try (FleetBench fleet = new FleetBench(Files.createDirectories(folder.resolve("logs")))) {
            fleet.start("gw-1", "gw-2");
            append(fleet, "gw-2", "Q1", "wanted");
            append(fleet, "gw-1", "Q2", "wanted");
            for (int i = 0; i < 100; i++) {
                append(fleet, "gw-1", "R" + i, "other");
            }
            fleet.stop("gw-1", "gw-2");
            logs = LogSource.of(FleetFolder.nodes(fleet.folder(), AuditConfig.of(Path.of("audit.jsonl"))));
        }
        AuditQuery wanted = AuditQuery.where().parts(List.of("wanted@x")).query();
        List<String> found = new ArrayList<>();
        int cutShort = 0;
        Optional<Reached> from = Optional.empty();
        do {
            MergedSearch search = new MergedSearch(logs, wanted, from, 10, 1);
            search.next().ifPresent(line -> found.add(named(line)));
            cutShort += search.isCutShort() ? 1 : 0;
            from = search.reached();
        } while (from.isPresent());
        assertThat(found).containsExactly("gw-1 Q2", "gw-2 Q1");
        assertThat(cutShort).isPositive();
    }

    private static void append(FleetBench fleet, String node, String queueId, String recipient) throws IOException {
        fleet.pass(Duration.ofSeconds(1));
        fleet.append(
                node,
                Records.done(
                        fleet.time(), queueId, "<" + queueId + "@x>", "ann@ours.example", recipient + "@x", "rest"));
    }

    @Test
    void aPlaceInAllLogsIsAText() {
        Reached reached = new Reached(Map.of(
                "gw-1", Optional.of(new Place(1, 2, 3)),
                "a:b*<", Optional.empty(),
                "", Optional.of(new Place(4, 5, 6))));
        assertThat(reached).hasToString("4.5.6:/:a:b*</1.2.3:gw-1");
        assertThat(Reached.parse(reached.toString())).isEqualTo(reached);
        assertThat(Reached.parse("1.2.3/x:gw-1").places()).isEmpty();
    }
}
