package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.FoundPage.Paging;
import org.postseal.gateway.audit.write.JsonAuditLog;

/** A log to search: two full files, of several chunks each, and one in use. */
final class SearchBench {
    static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    /** How many records a full file has. */
    static final int EACH = 250;

    private final Path folder;
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private int written;

    SearchBench(Path folder) throws Exception {
        this.folder = folder;
        fill(2);
        tidy();
        write(EACH / 2);
        assertThat(fullFiles()).hasSize(2).allMatch(file -> file.toString().endsWith(".gz"));
        assertThat(SegmentIndex.of(fullFiles().getLast())).exists();
    }

    private Instant time() {
        return now.get();
    }

    /** Returns how many records were written, without those of the chain itself. */
    int records() {
        return written;
    }

    void at(Instant time) {
        now.set(time);
    }

    FoundPage find(AuditQuery query) throws IOException {
        return search().find(query, Paging.first(1000));
    }

    AuditSearch search() {
        return AuditSearch.of(config());
    }

    List<AuditLine> all(AuditQuery query, int size) throws IOException {
        return all(Paging.first(size), query);
    }

    List<AuditLine> all(Paging first, AuditQuery query) throws IOException {
        List<AuditLine> all = new ArrayList<>();
        FoundPage page = search().find(query, first);
        all.addAll(page.lines());
        while (page.next().isPresent()) {
            page = search().find(query, first.from(page.next().get()));
            all.addAll(page.lines());
        }
        return all;
    }

    /** Finds records by reading everything, newest first. */
    List<String> read(AuditQuery query) throws IOException {
        List<String> read = new ArrayList<>();
        for (Path file : ChainVerifier.files(config().file())) {
            byte[] octets = file.toString().endsWith(".gz") ? inflated(file) : Files.readAllBytes(file);
            new String(octets, UTF_8)
                    .lines()
                    .forEach(line ->
                            AuditLine.read(line).filter(query::fits).ifPresent(record -> read.add(record.text())));
        }
        Collections.reverse(read);
        return read;
    }

    static List<String> texts(List<AuditLine> lines) {
        return lines.stream().map(AuditLine::text).toList();
    }

    void fill(int files) throws IOException {
        for (int i = 0; i < files; i++) {
            try (JsonAuditLog log = JsonAuditLog.open(config(), this::time)) {
                log.append(records(EACH));
            }
        }
    }

    /** Compresses and indexes all full files, and first waits for the thread of the log that does the same. */
    void tidy() throws Exception {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("audit-compress")) {
                thread.join();
            }
        }
        archive().tidy();
    }

    private void write(int records) throws IOException {
        try (JsonAuditLog log = JsonAuditLog.open(config(), this::time)) {
            log.append(records(records));
        }
    }

    private List<AuditEvent> records(int number) {
        List<AuditEvent> records = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int n = written++;
            now.set(NOON.plusSeconds(n));
            records.add(Records.done(
                    now.get(),
                    "Q" + n,
                    "<" + n + ".m@ours.example>",
                    "ann" + n % 10 + "@ours.example",
                    "Bob" + n % 17 + "@Partner.example",
                    n % 50 == 3 ? "refuse" : "rest"));
        }
        return records;
    }

    List<Path> fullFiles() throws IOException {
        return new Segments(config().file())
                .full().stream().map(Segments.Segment::file).toList();
    }

    static Path plain(Path compressed) {
        return compressed.resolveSibling(compressed.getFileName().toString().replace(".gz", ""));
    }

    static byte[] inflated(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }

    static byte[] changed(byte[] octets, int at) {
        byte[] changed = octets.clone();
        changed[at] ^= 1;
        return changed;
    }

    SegmentArchive archive() throws IOException {
        return new SegmentArchive(new Segments(config().file()), CheckpointKey.readOrMake(config().checkpoint()));
    }

    AuditConfig config() {
        AuditConfig whole = AuditConfig.of(folder.resolve("audit.jsonl"));
        return AuditConfigs.rotated(whole, 300_000, Duration.ofDays(10), Duration.ofDays(100));
    }
}
