package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.audit.AuditConfig.CheckpointConfig;
import org.postseal.gateway.e2e.Await;

class ChainTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

    @Test
    void everyRecordIsLinkedToTheOneBefore() throws IOException {
        write(3);
        List<String> lines = lines();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).contains("\"event.action\":\"chain-segment\"");
        assertThat(lines.get(4))
                .contains("\"event.action\":\"chain-checkpoint\"", "\"postseal.chain.signed_number\":4");
        String hash = "0".repeat(64);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String record = line.substring(0, line.indexOf(",\"postseal.chain.hash\""));
            assertThat(record).endsWith(",\"postseal.chain.number\":" + (i + 1));
            hash = Link.sha256((hash + Link.sha256(record.getBytes(UTF_8))).getBytes(UTF_8));
            assertThat(line).endsWith(",\"postseal.chain.hash\":\"" + hash + "\"}");
            assertThat(AuditLine.read(line)).isPresent();
        }
        ChainReport report = verify(Optional.empty());
        assertThat(report).isEqualTo(new ChainReport(chain(), 1, 1, 5, 5, 1, 4, Optional.empty(), false, false, List.of()));
        assertThat(report.isSound()).isTrue();
    }

    @Test
    void theChainGoesOnAfterARestart() throws IOException {
        write(2);
        write(2);
        // one segment line, four records, a checkpoint at each end
        assertThat(verify(Optional.empty()))
                .isEqualTo(new ChainReport(chain(), 1, 1, 7, 7, 2, 6, Optional.empty(), false, false, List.of()));
    }

    @Test
    void anUnfinishedLineIsCutOffAndTheChainGoesOn() throws IOException {
        write(2);
        Files.writeString(log(), "{\"@timestamp\":\"2026", StandardOpenOption.APPEND);
        // as after a SIGKILL, and while a write is under way
        assertThat(verify(Optional.empty()).isUnfinished()).isTrue();
        assertThat(verify(Optional.empty()).isSound()).isTrue();
        write(1);
        assertThat(verify(Optional.empty()).isUnfinished()).isFalse();
        assertThat(verify(Optional.empty()).findings()).isEmpty();
    }

    @Test
    void aCheckpointComesAfterSoManyRecordsAndAfterSoLong() throws IOException {
        AuditConfig config = config(Duration.ofDays(1), 1 << 20);
        try (JsonAuditLog log = JsonAuditLog.open(config, now::get)) {
            for (int i = 0; i < 12; i++) {
                log.append(List.of(event(i)));
            }
            assertThat(lines().stream().filter(line -> line.contains("chain-checkpoint")))
                    .hasSize(1);
            // the line that a file begins with counts as well
            assertThat(log.chain("mail")).contains(new ChainState("mail", 3, NOON));
            now.set(NOON.plus(Duration.ofMinutes(5)));
            log.append(List.of(event(12)));
            // behind the record, or before it where the log has looked at the clock meanwhile
            assertThat(lines().stream().filter(line -> line.contains("chain-checkpoint")))
                    .hasSize(2);
            assertThat(log.chain("mail").orElseThrow().signed()).isEqualTo(now.get());
            assertThat(log.chain("mail").orElseThrow().unsigned()).isBetween(0, 1);
        }
        assertThat(verify(Optional.empty()).isSound()).isTrue();
    }

    static Stream<Tampering> tamperings() {
        return Stream.of(
                new Tampering("change", 3, "audit.jsonl:3: record 3 was changed, or one before it", lines -> {
                    lines.set(2, lines.get(2).replace("bob", "eve"));
                }),
                new Tampering("drop", 3, "audit.jsonl:3: record 3 is missing", lines -> {
                    String _ = lines.remove(2);
                }),
                new Tampering("drop two", 3, "audit.jsonl:3: records 3 to 4 are missing", lines -> {
                    lines.subList(2, 4).clear();
                }),
                new Tampering("insert a copy", 3, "audit.jsonl:4: record 3 stands behind record 3", lines -> {
                    lines.add(3, lines.get(2));
                }),
                new Tampering("swap", 3, "audit.jsonl:3: record 3 is missing", lines -> Collections.swap(lines, 2, 3)),
                new Tampering(
                        "without a link",
                        3,
                        "audit.jsonl:3: no record of the chain",
                        lines -> lines.set(2, "{\"@timestamp\":\"2026-11-26T12:00:00Z\",\"event.action\":\"x\"}")),
                new Tampering(
                        "cut in the middle",
                        3,
                        "audit.jsonl:3: no record of the chain",
                        lines -> lines.set(2, lines.get(2).substring(0, 40))),
                new Tampering("the first line", 1, "audit.jsonl:1: does not begin as a file of a chain does", lines -> {
                    String _ = lines.removeFirst();
                }),
                new Tampering("a carriage return at the end", 3, "audit.jsonl:3: no record of the chain", lines -> {
                    lines.set(2, lines.get(2) + "\r");
                }),
                // whoever knows the rule but not the key
                new Tampering(
                        "without checkpoints",
                        5,
                        "no checkpoint is there: whoever can write the file may have written all of it",
                        lines -> {
                            lines.set(2, lines.get(2).replace("bob", "eve"));
                            String _ = lines.removeLast();
                            relink(lines);
                        }),
                new Tampering("forged with new links", 6, "the checkpoint's signature does not fit", lines -> {
                    lines.set(2, lines.get(2).replace("bob", "eve"));
                    relink(lines);
                }),
                new Tampering("forged checkpoint", 6, "the checkpoint's signature does not fit", lines -> {
                    int last = lines.size() - 1;
                    lines.set(last, lines.get(last).replaceFirst("signed_number\":[0-9]+", "signed_number\":2"));
                    relink(lines);
                }));
    }

    record Tampering(String name, int number, String finding, java.util.function.Consumer<List<String>> work) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("tamperings")
    void whateverIsDoneToARecordIsNamed(Tampering tampering) throws IOException {
        write(4);
        List<String> lines = new ArrayList<>(lines());
        tampering.work().accept(lines);
        Files.write(log(), lines);
        ChainReport report = verify(Optional.empty());
        assertThat(report.isSound()).isFalse();
        assertThat(report.findings().getFirst().toString()).endsWith(tampering.finding());
    }

    /** Each octet of a signed log counts. */
    @Test
    void noOctetCanBeChanged() throws IOException {
        write(1);
        byte[] octets = Files.readAllBytes(log());
        for (int i = 0; i < octets.length; i++) {
            byte[] changed = octets.clone();
            changed[i] ^= 1;
            Files.write(log(), changed);
            assertThat(soundness())
                    .as("octet %d of %s", i, new String(octets, UTF_8))
                    .isFalse();
        }
    }

    @Test
    void aRollBackIsSeenByACheckpointKeptElsewhereAndByNothingElse() throws IOException {
        write(4);
        byte[] early = Files.readAllBytes(log());
        write(4);
        Path kept = folder.resolve("kept");
        Files.writeString(kept, "Nov 26 12:00:00 gw postseal: " + lines().getLast() + "\n");
        ChainReport whole = verify(Optional.of(kept));
        assertThat(whole.isSound()).isTrue();
        assertThat(whole.provenTo()).hasValue(10L);

        Files.write(log(), early);
        assertThat(verify(Optional.empty()).isSound()).isTrue();
        assertThat(verify(Optional.of(kept)).findings())
                .extracting(ChainReport.Finding::toString)
                .containsExactly("rolled back: the checkpoint of 2026-11-26T12:00:00Z covers records up to 10, the log"
                        + " ends with 6");
        // and with other records in their places
        try (JsonAuditLog log = JsonAuditLog.open(config(Duration.ofDays(1), 1 << 20), now::get)) {
            log.append(IntStream.range(100, 107).mapToObj(ChainTest::event).toList());
        }
        assertThat(verify(Optional.of(kept)).findings().getFirst().toString())
                .endsWith("record 10 is not the one that the kept checkpoint of 2026-11-26T12:00:00Z covers");
    }

    @Test
    void aKeptCheckpointMustBeSigned() throws IOException {
        write(2);
        Path kept = folder.resolve("kept");
        Files.writeString(kept, lines().getLast().replaceFirst("signed_number\":[0-9]+", "signed_number\":900"));
        assertThatThrownBy(() -> verify(Optional.of(kept))).hasMessageEndingWith("none of the keys has signed");
        Files.writeString(kept, "nothing\n");
        assertThatThrownBy(() -> verify(Optional.of(kept))).hasMessageEndingWith("holds no checkpoint");
    }

    @Test
    void fullFilesAreCompressedAndTheChainGoesThroughThem() throws Exception {
        rotated(Duration.ofHours(1), 3);
        List<Path> files = ChainVerifier.files(log());
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .hasSize(3)
                .last()
                .isEqualTo("audit.jsonl");
        ChainReport report = verify(Optional.empty());
        assertThat(report.findings()).isEmpty();
        assertThat(report.files()).isEqualTo(3);

        byte[] oldest = Files.readAllBytes(files.getFirst());
        Files.delete(files.getFirst());
        assertThat(verify(Optional.empty()).findings())
                .singleElement()
                .asString()
                .startsWith("records 1 to ")
                .endsWith(" are missing, and no record says that their time was over");
        Files.write(files.getFirst(), oldest);
        Path second = files.get(1);
        Files.move(second, folder.resolve("elsewhere"));
        assertThat(verify(Optional.empty()).findings().getFirst().toString())
                .startsWith("audit.jsonl:1: records ")
                .endsWith(" are missing");
    }

    @Test
    void aFileThatWasCompressedSinceItWasListedIsReadAllTheSame() throws Exception {
        rotated(Duration.ofHours(1), 2);
        Path compressed = ChainVerifier.files(log()).getFirst();
        Path listed = folder.resolve(compressed.getFileName().toString().replace(".gz", ""));
        assertThat(listed).doesNotExist();
        assertThat(verify(List.of(listed, log()), Optional.empty()).findings()).isEmpty();
    }

    @Test
    void aFullFileThatLostItsEndIsNamed() throws Exception {
        rotated(Duration.ofHours(1), 2);
        Path full = ChainVerifier.files(log()).getFirst();
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
        assertThat(verify(Optional.empty()).findings())
                .extracting(ChainReport.Finding::what)
                .containsExactly("is not signed at its end", "record " + (lines.size() + 1) + " is missing");
    }

    @Test
    void filesWhoseTimeIsOverAreRemovedAndThatIsRecorded() throws Exception {
        rotated(Duration.ofDays(200), 3);
        int before = ChainVerifier.files(log()).size();
        Path oldest = ChainVerifier.files(log()).getFirst();
        // restored from a backup
        for (Path file : ChainVerifier.files(log())) {
            Files.setLastModifiedTime(file, FileTime.from(now.get()));
        }
        // the second file began on day 200: on day 600 it was that long ago, but not longer
        now.set(NOON.plus(Duration.ofDays(600)));
        appendOne();
        assertThat(oldest).exists();
        now.set(now.get().plus(Duration.ofDays(200)));
        appendOne();
        assertThat(oldest).doesNotExist();
        assertThat(ChainVerifier.files(log())).hasSize(before + 1);
        assertThat(lines()).anySatisfy(line -> assertThat(line)
                .contains(
                        "\"event.action\":\"chain-erased\"",
                        "\"postseal.chain.first\":1,",
                        "\"postseal.chain.from\":\"" + NOON + "\",\"postseal.chain.until\":\""
                                + NOON.plus(Duration.ofDays(200)) + "\""));
        assertThat(verify(Optional.empty()).findings()).isEmpty();
    }

    @Test
    void aKeptCheckpointOfWhatWasErasedIsNoSignOfTampering() throws Exception {
        rotated(Duration.ofDays(200), 3);
        List<String> oldest = new ArrayList<>();
        try (SegmentReader reader =
                SegmentReader.open(ChainVerifier.files(log()).getFirst())) {
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                oldest.add(new String(line.get(), UTF_8));
            }
        }
        Path kept = Files.writeString(
                folder.resolve("kept"),
                oldest.stream()
                        .filter(line -> line.contains("chain-checkpoint"))
                        .findFirst()
                        .orElseThrow());
        assertThat(verify(Optional.of(kept)).isErasedSince()).isFalse();
        now.set(NOON.plus(Duration.ofDays(800)));
        appendOne();
        ChainReport report = verify(Optional.of(kept));
        assertThat(report.findings()).isEmpty();
        assertThat(report.isErasedSince()).isTrue();
        assertThat(report.provenTo()).isEmpty();
    }

    @Test
    void theTimeOfAFileMakesNothingOld() throws Exception {
        rotated(Duration.ofHours(1), 3);
        Path oldest = ChainVerifier.files(log()).getFirst();
        Files.setLastModifiedTime(oldest, FileTime.from(NOON.minus(Duration.ofDays(2500))));
        now.set(now.get().plus(Duration.ofHours(2)));
        appendOne();
        assertThat(oldest).exists();
        assertThat(lines()).noneMatch(line -> line.contains("chain-erased"));
    }

    private void appendOne() throws IOException {
        try (JsonAuditLog log = JsonAuditLog.open(config(Duration.ofHours(1), 1 << 20), now::get)) {
            log.append(List.of(event(1)));
        }
    }

    @Test
    void aLogOfAVersionWithoutAChainIsMovedAway() throws IOException {
        Files.writeString(log(), "{\"@timestamp\":\"2026-11-26T12:00:00Z\",\"event.action\":\"old\"}\n");
        write(1);
        assertThat(folder.resolve("audit-aside-1.jsonl")).content().contains("\"old\"");
        assertThat(lines().getFirst()).contains("\"postseal.chain.aside\":\"audit-aside-1.jsonl\"");
        assertThat(verify(Optional.empty()).isSound()).isTrue();
    }

    @Test
    void whenTheFileIsGoneTheChainGoesOnBehindTheNewestThatIsLeft() throws Exception {
        rotated(Duration.ofHours(1), 2);
        Path kept = Files.writeString(folder.resolve("kept"), lines().getLast());
        Files.delete(log());
        write(1);
        assertThat(verify(Optional.empty()).isSound()).isTrue();
        assertThat(verify(Optional.of(kept)).isSound()).isFalse();
    }

    @Test
    void aMovedFileIsFollowedByANewOne() throws IOException {
        Path moved = folder.resolve("audit.jsonl.1");
        try (JsonAuditLog log = JsonAuditLog.open(config(Duration.ofDays(1), 1 << 20), now::get)) {
            log.append(List.of(event(1)));
            Files.move(log(), moved);
            log.reopen();
            log.append(List.of(event(2)));
            log.reopen();
        }
        ChainReport report = verify(List.of(moved, log()), Optional.empty());
        assertThat(report.findings()).isEmpty();
        assertThat(report.last()).isEqualTo(6);
    }

    @Test
    void theKeyIsMadeOnceForItsOwnerAlone() throws IOException {
        write(1);
        Path key = folder.resolve("audit-key.pem");
        byte[] made = Files.readAllBytes(key);
        assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
        write(1);
        assertThat(Files.readAllBytes(key)).isEqualTo(made);

        // a new pair would leave nothing to verify the log by
        Path away = folder.resolve("away");
        Files.move(key, away);
        assertThatThrownBy(() -> write(1)).hasMessageEndingWith("audit-key.pem: no such file");
        Files.move(away, key);

        Files.delete(publicKey());
        assertThatThrownBy(() -> write(1)).hasMessageEndingWith("audit-key.pem.pub: no such file");
        Files.writeString(key, "rubbish");
        assertThatThrownBy(() -> write(1)).hasMessageEndingWith("has no PEM block PRIVATE KEY");
    }

    /** Another process may hold it; a descriptor that is closed would take the lock of this one away. */
    @Test
    void theFileStaysLockedAgainstOtherProcesses() throws Exception {
        write(2);
        try (JsonAuditLog log = JsonAuditLog.open(config(Duration.ofDays(1), 1 << 20), now::get)) {
            log.append(List.of(event(1)));
            assertThat(locks(log())).isNotEmpty();
        }
        assertThat(locks(log())).isEmpty();
    }

    /** Lines of {@code /proc/locks} about a file, see proc_locks(5). */
    private static List<String> locks(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .filter(line -> line.contains(inode))
                .toList();
    }

    @Test
    void whatABrokenLogHoldsBesidesIsCutOffWhenItIsClosed() throws IOException {
        write(2);
        byte[] before = Files.readAllBytes(log());
        AtomicBoolean isFull = new AtomicBoolean();
        LogFile.Opener opener = () -> new FullDisk(DiskFile.open(log()), isFull);
        Chain chain = Chain.of(config(Duration.ofDays(1), 1 << 20), now::get);
        JsonAuditLog log = JsonAuditLog.open(opener, Optional.of(chain));
        isFull.set(true);
        assertThatThrownBy(() -> log.append(List.of(event(1)))).hasMessageContaining("no space left");
        isFull.set(false);
        assertThat(Files.size(log())).isGreaterThan(before.length);
        log.close();
        assertThat(Files.readAllBytes(log())).isEqualTo(before);
        assertThat(verify(Optional.empty()).isSound()).isTrue();
    }

    @Test
    void aFileWhoseFirstLineCouldNotBeWrittenGetsItLater() throws IOException {
        write(2);
        AtomicBoolean isFull = new AtomicBoolean();
        LogFile.Opener opener = () -> new FullDisk(DiskFile.open(log()), isFull);
        Chain chain = Chain.of(config(Duration.ofDays(1), 1 << 20), now::get);
        Path moved = folder.resolve("moved");
        try (JsonAuditLog log = JsonAuditLog.open(opener, Optional.of(chain))) {
            log.append(List.of(event(1)));
            // signs, so that nothing is left to sign and the new file is the first to fail
            log.reopen();
            Files.move(log(), moved);
            isFull.set(true);
            assertThatThrownBy(log::reopen).hasMessageContaining("no space left");
            isFull.set(false);
            log.requireWritable();
            log.append(List.of(event(2)));
        }
        assertThat(lines().getFirst()).contains("chain-segment");
    }

    /** Writes what it is given, and then fails as it is told. */
    private record FullDisk(LogFile file, AtomicBoolean isFull) implements LogFile {
        @Override
        public Object key() {
            return file.key();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            file.read(into, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void append(ByteBuffer octets) throws IOException {
            file.append(octets);
            if (isFull.get()) {
                throw new IOException("no space left");
            }
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Test
    void aLineThatSomebodyAddedDoesNotThrowTheFileOut() throws IOException {
        write(2);
        Files.writeString(log(), "somebody was here\n", StandardOpenOption.APPEND);
        write(1);
        assertThat(folder.resolve("audit-aside-1.jsonl")).doesNotExist();
        assertThat(verify(Optional.empty()).findings())
                .containsExactly(new ChainReport.Finding("audit.jsonl:5", "no record of the chain"));
    }

    /** The second one begins while the first is busy with the same file, which takes some tenths of a second. */
    @Test
    void compressingTwiceAtATimeLosesNothing() throws Exception {
        byte[] content = new byte[8 << 20];
        new Random(1).nextBytes(content);
        Path full = Files.write(folder.resolve("audit-000000000001.jsonl"), content);
        SegmentArchive segments = archive();
        Thread first = Thread.ofPlatform().start(segments::tidy);
        Await.until(() -> isHalfDone() || !first.isAlive(), () -> "nothing is compressed");
        Thread second = Thread.ofPlatform().start(segments::tidy);
        first.join();
        // whole as soon as the original is gone, whatever the second does
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

    private String chain() throws IOException {
        return AuditLine.read(lines().getFirst())
                .orElseThrow()
                .first("postseal.chain.id")
                .orElseThrow();
    }

    private boolean soundness() {
        try {
            return verify(Optional.empty()).isSound();
        } catch (IOException notEvenALog) {
            return false;
        }
    }

    /** A log of so many files. */
    private void rotated(Duration every, int files) throws Exception {
        for (int i = 0; i < files; i++) {
            try (JsonAuditLog log = JsonAuditLog.open(config(every, 1 << 20), now::get)) {
                log.append(List.of(event(i)));
                if (i < files - 1) {
                    now.set(now.get().plus(every));
                    log.append(List.of(event(i)));
                }
            }
            archive().tidy();
        }
    }

    private SegmentArchive archive() throws IOException {
        return new SegmentArchive(
                new Segments(log()),
                CheckpointKey.readOrMake(
                        config(Duration.ofDays(1), 1 << 20).checkpoint().key()));
    }

    private void write(int events) throws IOException {
        try (JsonAuditLog log = JsonAuditLog.open(config(Duration.ofDays(1), 1 << 20), now::get)) {
            log.append(IntStream.range(0, events).mapToObj(ChainTest::event).toList());
        }
    }

    private AuditConfig config(Duration every, long size) {
        return new AuditConfig(
                log(),
                folder.resolve("admin.jsonl"),
                new CheckpointConfig(folder.resolve("audit-key.pem"), 10, Duration.ofMinutes(5)),
                size,
                every,
                Duration.ofDays(400));
    }

    private ChainReport verify(Optional<Path> kept) throws IOException {
        return verify(ChainVerifier.files(log()), kept);
    }

    private ChainReport verify(List<Path> files, Optional<Path> kept) throws IOException {
        return ChainVerifier.verify(List.of(files), List.of(publicKey()), kept).getFirst();
    }

    private Path log() {
        return folder.resolve("audit.jsonl");
    }

    private Path publicKey() {
        return folder.resolve("audit-key.pem.pub");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(log());
    }

    private static AuditEvent event(int number) {
        return new AuditEvent.NoticeSent(NOON, "Q" + number, "bob@partner.example", "250 2.0.0 ok");
    }

    /** What somebody does who knows the rule. */
    private static void relink(List<String> lines) {
        Link link = Link.BEGINNING;
        for (int i = 0; i < lines.size(); i++) {
            String object = lines.get(i).replaceFirst(",\"postseal.chain.number\":.*", "}\n");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            link = link.append(object.getBytes(UTF_8), out);
            lines.set(i, out.toString(UTF_8).strip());
        }
    }
}
