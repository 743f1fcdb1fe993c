package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.search.SegmentArchive;
import org.postseal.gateway.audit.write.JsonAuditLog;
import org.postseal.gateway.testkit.Await;

/** Follows the chain through full files that are compressed, moved, missing, or removed when their time is over. */
@Tag("thorough")
final class ChainFilesTest {
    private final Path folder;
    private final ChainBench bench;

    ChainFilesTest(@TempDir Path folder) {
        this.folder = folder;
        bench = new ChainBench(folder);
    }

    @Test
    void fullFilesAreCompressedAndTheChainGoesThroughThem() throws Exception {
        bench.rotated(Duration.ofHours(1), 3);
        List<Path> files = ChainVerifier.files(bench.log());
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .hasSize(3)
                .last()
                .isEqualTo("audit.jsonl");
        ChainReport report = bench.verify(Optional.empty());
        assertThat(report.findings()).isEmpty();
        assertThat(report.files()).isEqualTo(3);

        byte[] oldest = Files.readAllBytes(files.getFirst());
        Files.delete(files.getFirst());
        assertThat(bench.verify(Optional.empty()).findings())
                .singleElement()
                .asString()
                .startsWith("records 1 to ")
                .endsWith(" are missing, and no record says that their time was over");
        Files.write(files.getFirst(), oldest);
        Path second = files.get(1);
        Files.move(second, folder.resolve("elsewhere"));
        assertThat(bench.verify(Optional.empty()).findings().getFirst().toString())
                .startsWith("audit.jsonl:1: records ")
                .endsWith(" are missing");
    }

    @Test
    void aFileThatWasCompressedSinceItWasListedIsReadAllTheSame() throws Exception {
        bench.rotated(Duration.ofHours(1), 2);
        Path compressed = ChainVerifier.files(bench.log()).getFirst();
        Path listed = folder.resolve(compressed.getFileName().toString().replace(".gz", ""));
        assertThat(listed).doesNotExist();
        assertThat(bench.verify(List.of(listed, bench.log()), Optional.empty()).findings())
                .isEmpty();
    }

    @Test
    void aFullFileThatLostItsEndIsNamed() throws Exception {
        bench.rotated(Duration.ofHours(1), 2);
        Path full = ChainVerifier.files(bench.log()).getFirst();
        List<String> lines = new ArrayList<>();
        try (SegmentReader reader = SegmentReader.open(full)) {
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                lines.add(new String(line.get(), UTF_8));
            }
        }
        String _ = lines.removeLast();
        Path plain = folder.resolve(full.getFileName().toString().replace(".gz", ""));
        Files.delete(full);
        Files.write(plain, lines);
        assertThat(bench.verify(Optional.empty()).findings())
                .extracting(ChainReport.Finding::what)
                .containsExactly("is not signed at its end", "record " + (lines.size() + 1) + " is missing");
    }

    @Test
    void filesWhoseTimeIsOverAreRemovedAndThatIsRecorded() throws Exception {
        bench.rotated(Duration.ofDays(200), 3);
        int before = ChainVerifier.files(bench.log()).size();
        Path oldest = ChainVerifier.files(bench.log()).getFirst();
        // The files have new times, as after a restore from a backup.
        for (Path file : ChainVerifier.files(bench.log())) {
            Files.setLastModifiedTime(file, FileTime.from(bench.time()));
        }
        // The second file began on day 200. On day 600 the 400 days of "keep" are reached, but not exceeded.
        bench.passTo(ChainBench.NOON.plus(Duration.ofDays(600)));
        appendOne();
        assertThat(oldest).exists();
        bench.pass(Duration.ofDays(200));
        appendOne();
        assertThat(oldest).doesNotExist();
        assertThat(ChainVerifier.files(bench.log())).hasSize(before + 1);
        List<String> all = new ArrayList<>();
        for (Path file : ChainVerifier.files(bench.log())) {
            all.addAll(lines(file));
        }
        assertThat(all)
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "\"event.action\":\"chain-erased\"",
                                "\"postseal.chain.first\":1,",
                                "\"postseal.chain.from\":\"" + ChainBench.NOON + "\",\"postseal.chain.until\":\""
                                        + ChainBench.NOON.plus(Duration.ofDays(200)) + "\""));
        assertThat(bench.verify(Optional.empty()).findings()).isEmpty();
    }

    /** A shorter time counts from the next start, without waiting until a file is full. */
    @Test
    void aShorterTimeCountsFromTheNextStart() throws Exception {
        bench.rotated(Duration.ofDays(20), 3);
        List<Path> before = ChainVerifier.files(bench.log());
        bench.pass(Duration.ofDays(5));
        AuditConfig config = bench.config(Duration.ofDays(20), 1 << 20);
        JsonAuditLog.open(config, bench::time).close();
        assertThat(ChainVerifier.files(bench.log())).isEqualTo(before);

        // The second file began 25 days ago, and the one in use 5 days ago.
        JsonAuditLog.open(keeping(config, Duration.ofDays(10)), bench::time).close();
        assertThat(ChainVerifier.files(bench.log())).isEqualTo(before.subList(1, 3));
        assertThat(bench.lines())
                .filteredOn(line -> line.contains("chain-erased"))
                .hasSize(1);
        assertThat(bench.verify(Optional.empty()).findings()).isEmpty();
    }

    private static List<String> lines(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (SegmentReader reader = SegmentReader.open(file)) {
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                lines.add(new String(line.get(), UTF_8));
            }
        }
        return lines;
    }

    private static AuditConfig keeping(AuditConfig config, Duration keep) {
        return new AuditConfig(
                config.file(),
                config.adminFile(),
                config.checkpoint(),
                config.rotateSize(),
                config.rotateEvery(),
                keep,
                config.journald(),
                config.addressKey(),
                config.timestamp());
    }

    @Test
    void aKeptCheckpointOfWhatWasErasedIsNoSignOfTampering() throws Exception {
        bench.rotated(Duration.ofDays(200), 3);
        List<String> oldest = lines(ChainVerifier.files(bench.log()).getFirst());
        Path kept = Files.writeString(
                folder.resolve("kept"),
                oldest.stream()
                        .filter(line -> line.contains("chain-checkpoint"))
                        .findFirst()
                        .orElseThrow());
        assertThat(bench.verify(Optional.of(kept)).isErasedSince()).isFalse();
        bench.passTo(ChainBench.NOON.plus(Duration.ofDays(800)));
        appendOne();
        ChainReport report = bench.verify(Optional.of(kept));
        assertThat(report.findings()).isEmpty();
        assertThat(report.isErasedSince()).isTrue();
        assertThat(report.provenTo()).isEmpty();
    }

    @Test
    void theTimeOfAFileMakesNothingOld() throws Exception {
        bench.rotated(Duration.ofHours(1), 3);
        Path oldest = ChainVerifier.files(bench.log()).getFirst();
        Files.setLastModifiedTime(oldest, FileTime.from(ChainBench.NOON.minus(Duration.ofDays(2500))));
        bench.pass(Duration.ofHours(2));
        appendOne();
        assertThat(oldest).exists();
        assertThat(bench.lines()).noneMatch(line -> line.contains("chain-erased"));
    }

    private void appendOne() throws IOException {
        try (JsonAuditLog log = JsonAuditLog.open(bench.config(Duration.ofHours(1), 1 << 20), bench::time)) {
            log.append(List.of(ChainBench.event(1)));
        }
    }

    @Test
    void aLogOfAVersionWithoutAChainIsMovedAway() throws IOException {
        Files.writeString(bench.log(), "{\"@timestamp\":\"2026-11-26T12:00:00Z\",\"event.action\":\"old\"}\n");
        bench.write(1);
        assertThat(folder.resolve("audit-aside-1.jsonl")).content().contains("\"old\"");
        assertThat(bench.lines().getFirst()).contains("\"postseal.chain.aside\":\"audit-aside-1.jsonl\"");
        assertThat(bench.verify(Optional.empty()).isSound()).isTrue();
    }

    @Test
    void whenTheFileIsGoneTheChainGoesOnBehindTheNewestThatIsLeft() throws Exception {
        bench.rotated(Duration.ofHours(1), 2);
        Path kept = Files.writeString(folder.resolve("kept"), bench.lines().getLast());
        Files.delete(bench.log());
        bench.write(1);
        assertThat(bench.verify(Optional.empty()).isSound()).isTrue();
        assertThat(bench.verify(Optional.of(kept)).isSound()).isFalse();
    }

    @Test
    void aMovedFileIsFollowedByANewOne() throws IOException {
        Path moved = folder.resolve("audit.jsonl.1");
        try (JsonAuditLog log = JsonAuditLog.open(bench.config(Duration.ofDays(1), 1 << 20), bench::time)) {
            log.append(List.of(ChainBench.event(1)));
            Files.move(bench.log(), moved);
            log.reopen();
            log.append(List.of(ChainBench.event(2)));
            log.reopen();
        }
        ChainReport report = bench.verify(List.of(moved, bench.log()), Optional.empty());
        assertThat(report.findings()).isEmpty();
        assertThat(report.last()).isEqualTo(6);
    }

    /** The second thread begins while the first compresses the same file, which takes some tenths of a second. */
    @Test
    void compressingTwiceAtATimeLosesNothing() throws Exception {
        byte[] content = new byte[8 << 20];
        new Random(1).nextBytes(content);
        Path full = Files.write(folder.resolve("audit-000000000001.jsonl"), content);
        SegmentArchive segments = bench.archive();
        Thread first = Thread.ofPlatform().start(segments::tidy);
        Await.until(() -> isHalfDone() || !first.isAlive(), () -> "nothing is compressed");
        Thread second = Thread.ofPlatform().start(segments::tidy);
        first.join();
        // The compressed file is complete as soon as the original is gone, whatever the second thread does.
        assertThat(full).doesNotExist();
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(folder.resolve("audit-000000000001.jsonl.gz")))) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        second.join();
    }

    private boolean isHalfDone() {
        File[] unfinished = folder.toFile().listFiles((_, name) -> name.endsWith(".new"));
        return unfinished != null && unfinished.length > 0 && unfinished[0].length() > 2 << 20;
    }
}
