package org.postseal.gateway.audit.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.chain.ChainBench;
import org.postseal.gateway.audit.chain.ChainReport;
import org.postseal.gateway.audit.record.AuditLine;

/** Follows a chain as it grows. */
final class ChainTest {
    private final Path folder;
    private final ChainBench bench;

    ChainTest(@TempDir Path folder) {
        this.folder = folder;
        bench = new ChainBench(folder);
    }

    @Test
    void everyRecordIsLinkedToTheOneBefore() throws IOException {
        bench.write(3);
        List<String> lines = bench.lines();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).contains("\"event.action\":\"chain-segment\"");
        assertThat(lines.get(4))
                .contains("\"event.action\":\"chain-checkpoint\"", "\"postseal.chain.signed_number\":4");
        String hash = "0".repeat(64);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String record = line.substring(0, line.indexOf(",\"postseal.chain.hash\""));
            assertThat(record).endsWith(",\"postseal.chain.number\":" + (i + 1));
            hash = Digest.SHA_256.hex((hash + Digest.SHA_256.hex(record.getBytes(UTF_8))).getBytes(UTF_8));
            assertThat(line).endsWith(",\"postseal.chain.hash\":\"" + hash + "\"}");
            assertThat(AuditLine.read(line)).isPresent();
        }
        ChainReport report = bench.verify(Optional.empty());
        assertThat(report)
                .isEqualTo(new ChainReport(
                        bench.chain(), 1, 1, 5, 5, 1, 4, Optional.empty(), Optional.empty(), false, false, List.of()));
        assertThat(report.isSound()).isTrue();
    }

    @Test
    void theChainGoesOnAfterARestart() throws IOException {
        bench.write(2);
        bench.write(2);
        // There are one segment line, four records, and a checkpoint each time the log was closed.
        assertThat(bench.verify(Optional.empty()))
                .isEqualTo(new ChainReport(
                        bench.chain(), 1, 1, 7, 7, 2, 6, Optional.empty(), Optional.empty(), false, false, List.of()));
    }

    @Test
    void anUnfinishedLineIsCutOffAndTheChainGoesOn() throws IOException {
        bench.write(2);
        Files.writeString(bench.log(), "{\"@timestamp\":\"2026", StandardOpenOption.APPEND);
        // This is the state after a SIGKILL, and while a write is under way.
        assertThat(bench.verify(Optional.empty()).isUnfinished()).isTrue();
        assertThat(bench.verify(Optional.empty()).isSound()).isTrue();
        bench.write(1);
        assertThat(bench.verify(Optional.empty()).isUnfinished()).isFalse();
        assertThat(bench.verify(Optional.empty()).findings()).isEmpty();
    }

    @Test
    void aLineThatSomebodyAddedDoesNotThrowTheFileOut() throws IOException {
        bench.write(2);
        Files.writeString(bench.log(), "somebody was here\n", StandardOpenOption.APPEND);
        bench.write(1);
        assertThat(folder.resolve("audit-aside-1.jsonl")).doesNotExist();
        assertThat(bench.verify(Optional.empty()).findings())
                .containsExactly(new ChainReport.Finding("audit.jsonl:5", "no record of the chain"));
    }

    @Test
    void aCheckpointComesAfterSoManyRecordsAndAfterSoLong() throws IOException {
        AuditConfig config = bench.config(Duration.ofDays(1), 1 << 20);
        try (JsonAuditLog log = JsonAuditLog.open(config, bench::time)) {
            for (int i = 0; i < 12; i++) {
                log.append(List.of(ChainBench.event(i)));
            }
            assertThat(bench.lines().stream().filter(line -> line.contains("chain-checkpoint")))
                    .hasSize(1);
            // The first line of the file counts as a record too.
            ChainState state = log.chain("mail").orElseThrow();
            assertThat(state).isEqualTo(new ChainState("mail", 3, ChainBench.NOON, state.checkpoint()));
            String signed = state.checkpoint().orElseThrow();
            assertThat(bench.lines()).anyMatch(line -> line.startsWith(signed.substring(0, signed.length() - 1)));
            bench.pass(Duration.ofMinutes(5));
            log.append(List.of(ChainBench.event(12)));
            // The checkpoint stands behind the record, or before it if the log has read the clock meanwhile.
            assertThat(bench.lines().stream().filter(line -> line.contains("chain-checkpoint")))
                    .hasSize(2);
            assertThat(log.chain("mail").orElseThrow().signed()).isEqualTo(bench.time());
            assertThat(log.chain("mail").orElseThrow().unsigned()).isBetween(0, 1);
        }
        assertThat(bench.verify(Optional.empty()).isSound()).isTrue();
    }
}
