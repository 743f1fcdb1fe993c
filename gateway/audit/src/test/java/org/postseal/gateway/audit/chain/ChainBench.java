package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfig.CheckpointConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.SegmentArchive;
import org.postseal.gateway.audit.write.JsonAuditLog;

/** A log in a folder with its own clock, for tests of the chain. */
public final class ChainBench {
    public static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final Path folder;
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

    public ChainBench(Path folder) {
        this.folder = folder;
    }

    public Instant time() {
        return now.get();
    }

    public void pass(Duration time) {
        now.set(now.get().plus(time));
    }

    public void passTo(Instant time) {
        now.set(time);
    }

    public String chain() throws IOException {
        return AuditLine.read(lines().getFirst())
                .orElseThrow()
                .first("postseal.chain.id")
                .orElseThrow();
    }

    /** Writes a log of so many files. */
    void rotated(Duration every, int files) throws Exception {
        for (int i = 0; i < files; i++) {
            try (JsonAuditLog log = JsonAuditLog.open(config(every, 1 << 20), this::time)) {
                log.append(List.of(event(i)));
                if (i < files - 1) {
                    now.set(now.get().plus(every));
                    log.append(List.of(event(i)));
                }
            }
            archive().tidy();
        }
    }

    SegmentArchive archive() throws IOException {
        return new SegmentArchive(
                new Segments(log()),
                CheckpointKey.readOrMake(config(Duration.ofDays(1), 1 << 20).checkpoint()));
    }

    public void write(int events) throws IOException {
        try (JsonAuditLog log = JsonAuditLog.open(config(Duration.ofDays(1), 1 << 20), this::time)) {
            log.append(IntStream.range(0, events).mapToObj(ChainBench::event).toList());
        }
    }

    public AuditConfig config(Duration every, long size) {
        return new AuditConfig(
                log(),
                folder.resolve("admin.jsonl"),
                new CheckpointConfig(folder.resolve("audit-key.pem"), 10, Duration.ofMinutes(5)),
                size,
                every,
                Duration.ofDays(400),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public ChainReport verify(Optional<Path> kept) throws IOException {
        return verify(ChainVerifier.files(log()), kept);
    }

    ChainReport verify(List<Path> files, Optional<Path> kept) throws IOException {
        return ChainVerifier.verify(List.of(files), List.of(publicKey()), kept).getFirst();
    }

    public Path log() {
        return folder.resolve("audit.jsonl");
    }

    public Path publicKey() {
        return folder.resolve("audit-key.pem.pub");
    }

    public List<String> lines() throws IOException {
        return Files.readAllLines(log());
    }

    public static AuditEvent event(int number) {
        return new AuditEvent.NoticeSent(NOON, "Q" + number, "bob@partner.example", "250 2.0.0 ok");
    }
}
