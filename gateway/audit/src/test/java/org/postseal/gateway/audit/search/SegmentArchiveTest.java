package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.Link;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.record.JsonLine;

@Tag("thorough")
class SegmentArchiveTest {
    @TempDir
    private Path folder;

    @Test
    void oneDamagedFileHoldsUpNoOther() throws IOException {
        Path damaged = file("audit-000000000001.jsonl.gz", "no gzip");
        Path plain = file("audit-000000000002.jsonl", LINE);
        Path orphan = file("audit-000000000009.jsonl.index", "of a file that is gone");
        archive(folder).tidy();
        assertThat(plain).doesNotExist();
        assertThat(folder.resolve("audit-000000000002.jsonl.gz")).exists();
        assertThat(SegmentIndex.of(plain)).exists();
        assertThat(orphan).doesNotExist();
        assertThat(damaged).hasContent("no gzip");
    }

    @Test
    void oneDamagedFileHoldsUpNoOtherIndex() throws IOException {
        Path damaged = file("audit-000000000001.jsonl.gz", "no gzip");
        Path plain = file("audit-000000000002.jsonl", LINE);
        MadeIndexes made = AuditIndex.make(config(folder), true);
        assertThat(made.files()).containsExactly(plain);
        assertThat(made.failures()).containsExactly(damaged + ": Not in GZIP format");
        assertThat(SegmentIndex.of(plain)).exists();
    }

    @Test
    void whatCannotBeFinishedLeavesNothing() throws IOException {
        file("audit-000000000002.jsonl", LINE);
        // No file can be moved to these names.
        Files.createDirectory(folder.resolve("audit-000000000002.jsonl.gz"));
        file("audit-000000000002.jsonl.gz/taken", "");
        file("audit-000000000003.jsonl", LINE);
        Files.createDirectory(folder.resolve("audit-000000000003.jsonl.index"));
        file("audit-000000000003.jsonl.index/taken", "");
        archive(folder).tidy();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "audit-000000000002.jsonl",
                            "audit-000000000002.jsonl.gz",
                            "audit-000000000003.jsonl",
                            "audit-000000000003.jsonl.gz",
                            "audit-000000000003.jsonl.index",
                            "audit-key.pem",
                            "audit-key.pem.pub");
        }
    }

    @Test
    void theGroupReadsWhateverTheUmaskIs() throws Exception {
        file("audit-000000000001.jsonl", LINE);
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 077; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Umasked.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(permissions("audit-000000000001.jsonl.gz")).isEqualTo("rw-r-----");
        assertThat(permissions("audit-000000000001.jsonl.index")).isEqualTo("rw-r-----");
        assertThat(permissions("audit-key.pem.pub")).isEqualTo("rw-r--r--");
        assertThat(permissions("audit-key.pem")).isEqualTo("rw-------");
    }

    /** Tidies a folder in its own process, which can have another umask. */
    static final class Umasked {
        private Umasked() {}

        public static void main(String[] arguments) throws IOException {
            archive(Path.of(arguments[0])).tidy();
        }
    }

    /** A foreign line stands behind the records. */
    @Test
    void anIndexKnowsTheNumbersOfTheFirstAndTheLastRecord() throws IOException {
        CheckpointKey key = CheckpointKey.readOrMake(config(folder).checkpoint());
        byte[] record = new JsonLine()
                .put("@timestamp", "2026-11-26T12:00:00Z")
                .put("event.action", "any")
                .finish();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        Link _ = Link.BEGINNING.append(record, lines).append(record, lines);
        lines.writeBytes("no record\n".getBytes(US_ASCII));
        Path file = Files.write(folder.resolve("audit-000000000001.jsonl"), lines.toByteArray());
        IndexWriter index = new IndexWriter();
        index.add(lines.toByteArray(), 0);
        index.write(file, "", key);
        try (SegmentIndex written =
                SegmentIndex.open(SegmentIndex.of(file), new IndexTrust(Map.of(key.id(), key.shown())))) {
            assertThat(written.header().first()).isEqualTo(1);
            assertThat(written.header().last()).isEqualTo(2);
        }
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static SegmentArchive archive(Path folder) throws IOException {
        AuditConfig config = config(folder);
        return new SegmentArchive(new Segments(config.file()), CheckpointKey.readOrMake(config.checkpoint()));
    }

    private static AuditConfig config(Path folder) throws IOException {
        AuditConfig config = AuditConfig.of(folder.resolve("audit.jsonl"));
        CheckpointKey.readOrMake(config.checkpoint());
        return config;
    }

    private static final String LINE = "{\"@timestamp\":\"2026-11-26T12:00:00Z\"}\n";
}
