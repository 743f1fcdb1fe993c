package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.chain.CheckpointSearch.Result;
import org.postseal.gateway.audit.record.AuditLine;

/** Finds the checkpoint that is to be stamped. */
final class CheckpointSearchTest {
    private final ChainBench bench;

    CheckpointSearchTest(@TempDir Path folder) {
        bench = new ChainBench(folder);
    }

    @Test
    void theNewestIsItsLineAsItStandsInTheLog() throws IOException {
        bench.write(4);
        bench.write(4);
        LoneCheckpoint newest = found(search().newest());
        assertThat(new String(newest.octets(), UTF_8)).isEqualTo(bench.lines().getLast() + "\n");
        assertThat(newest.number()).isEqualTo(10);
        assertThat(newest.name()).isEqualTo("audit-000000000010");
        assertThat(newest.time()).isEqualTo(ChainBench.NOON);
        // An unfinished line, as a crash leaves it, is no record.
        Files.writeString(
                bench.log(), Files.readString(bench.log()) + bench.lines().getLast());
        assertThat(found(search().newest()).octets()).isEqualTo(newest.octets());
    }

    @Test
    void whereTheFileInUseHasNoneItIsInTheOneBefore() throws Exception {
        bench.rotated(Duration.ofHours(1), 2);
        List<String> lines = bench.lines();
        Files.write(bench.log(), lines.subList(0, 1));
        LoneCheckpoint newest = found(search().newest());
        assertThat(newest.number()).isLessThan(numberOf(lines.getFirst()));
        // A file is signed at its end before the next one begins.
        assertThat(newest.number()).isEqualTo(numberOf(lines.getFirst()) - 2);
    }

    @Test
    void theFirstThatCoversARecordIsFoundInWhicheverFile() throws Exception {
        bench.rotated(Duration.ofHours(1), 3);
        long last = numberOf(bench.lines().getLast());
        long before = 0;
        for (long record = 1; record < last; record++) {
            long covered = found(search().covering(record)).number();
            assertThat(covered)
                    .as("record %d", record)
                    .isGreaterThanOrEqualTo(record)
                    .isGreaterThanOrEqualTo(before);
            // No checkpoint between them covers the record.
            assertThat(covered).isEqualTo(found(search().covering(covered)).number());
            before = covered;
        }
        assertThat(search().covering(last)).as("the last checkpoint itself").isEqualTo(new Result.None());
    }

    @Test
    void whatDoesNotFitIsNotStamped() throws IOException {
        bench.write(4);
        List<String> lines = bench.lines();
        Files.write(bench.log(), lines.subList(0, lines.size() - 1));
        assertThat(search().newest()).isEqualTo(new Result.None());
        for (String other : List.of(
                lines.getLast().replaceFirst("signed_number\":[0-9]+", "signed_number\":4"),
                lines.getLast().replaceFirst("signature\":\"..", "signature\":\"AA"))) {
            assertThat(other).isNotEqualTo(lines.getLast());
            Files.writeString(bench.log(), String.join("\n", lines.subList(0, lines.size() - 1)) + "\n" + other + "\n");
            assertThat(search().newest())
                    .as(other)
                    .isInstanceOfSatisfying(
                            Result.Broken.class,
                            broken -> assertThat(broken.why())
                                    .matches("audit\\.jsonl: the checkpoint up to record [45] does not fit"));
        }
    }

    @Test
    void aCheckpointByAnotherKeyIsNotCalledBroken() throws IOException {
        bench.write(4);
        Path before = bench.publicKey().resolveSibling("before.pub");
        Files.move(bench.publicKey(), before);
        Files.delete(bench.publicKey().resolveSibling("audit-key.pem"));
        bench.write(4);
        assertThat(search().covering(1))
                .isInstanceOfSatisfying(
                        Result.OtherKey.class,
                        other -> assertThat(other.why())
                                .matches("audit\\.jsonl: the checkpoint up to record 5 was signed by another key, "
                                        + "[0-9a-f]{64}"));
        assertThat(found(search().newest()).number()).isEqualTo(10);
        CheckpointSearch both = new CheckpointSearch(bench.log(), "audit", List.of(before, bench.publicKey()));
        assertThat(found(both.covering(1)).number()).isEqualTo(5);
    }

    private CheckpointSearch search() throws IOException {
        return new CheckpointSearch(bench.log(), "audit", List.of(bench.publicKey()));
    }

    private static LoneCheckpoint found(Result result) {
        return ((Result.Found) result).checkpoint();
    }

    private static long numberOf(String line) {
        return AuditLine.read(line).orElseThrow().number().orElseThrow();
    }
}
