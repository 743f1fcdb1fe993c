package org.postseal.gateway.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.audit.SampleEvent.event;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;
import org.postseal.gateway.audit.chain.ChainBench;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Keeper;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.audit.ledger.LedgerFolder;

/** Tests the ledger as the write-ahead log of the audit log: kills, power cuts, old copies, faults of either disk. */
@Timeout(60)
class LineLedgerTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    @TempDir
    private Path folder;

    private volatile Optional<IOException> fault = Optional.empty();
    private volatile Runnable beforeForce = () -> {};
    private boolean isRotated;

    private AuditConfig config() {
        AuditConfig plain = AuditConfig.of(folder.resolve("audit.jsonl"));
        return isRotated ? AuditConfigs.rotated(plain, 20_000, Duration.ofDays(1), Duration.ofDays(400)) : plain;
    }

    /** A power cut leaves any beginning of the file, since the file is not forced with each record. */
    @Test
    void aStartAddsWhatTheFileLacksOctetForOctet() throws IOException {
        write("1", "2", "3");
        byte[] whole = Files.readAllBytes(file());
        for (int cut :
                new int[] {0, 1, 200, whole.length / 3, whole.length / 2, whole.length - 700, whole.length - 1}) {
            Files.write(file(), Arrays.copyOf(whole, cut));
            write();
            // A start signs what it found, so there is one line more.
            assertThat(Arrays.copyOf(Files.readAllBytes(file()), whole.length))
                    .as("cut at %d", cut)
                    .isEqualTo(whole);
        }
        write("4");
        assertThat(ids()).containsExactly("1", "2", "3", "4");
    }

    /** What is not forced comes to the disk in any order. */
    @Test
    void aStartFillsAHoleThatAPowerCutLeft() throws IOException {
        write("1", "2", "3");
        byte[] whole = Files.readAllBytes(file());
        int first = Files.readAllLines(file()).getFirst().length() + 1;
        for (int hole : new int[] {first, first + 1, whole.length / 2, whole.length - 300, whole.length - 1}) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, hole, Math.min(hole + 200, whole.length), (byte) 0);
            Files.write(file(), torn);
            write();
            assertThat(Arrays.copyOf(Files.readAllBytes(file()), whole.length))
                    .as("hole at %d", hole)
                    .isEqualTo(whole);
        }
    }

    @Test
    void recordsOfAKilledProcessAreInTheFileAfterAStart() throws IOException {
        Path ledgerThen = folder.resolve("then");
        byte[] fileThen;
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            log.append(List.of(event("1")));
            fileThen = Files.readAllBytes(file());
            log.append(List.of(event("2")));
            copy(ledgerFolder(), ledgerThen);
        }
        Files.write(file(), fileThen);
        delete(ledgerFolder());
        copy(ledgerThen, ledgerFolder());
        write("3");
        assertThat(ids()).containsExactly("1", "2", "3");
    }

    @Test
    void anOldCopyOfTheLedgerIsNotBelieved() throws IOException {
        write("1");
        copy(ledgerFolder(), folder.resolve("old"));
        write("2");
        byte[] file = Files.readAllBytes(file());
        delete(ledgerFolder());
        copy(folder.resolve("old"), ledgerFolder());
        try (Ledger ledger = ledger();
                JsonAuditLog _ = open(ledger)) {
            assertThat(ledger.isDoubtful()).isTrue();
            assertThat(Files.readAllBytes(file())).isEqualTo(file);
        }
        // The end of a log is signed, so the ledger has newer lines than the log by now.
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            assertThat(ledger.isDoubtful())
                    .as("no start has put its rows in doubt")
                    .isTrue();
            Frame _ = ledger.note(Frame.Kind.START, new byte[Long.BYTES]);
            log.append(List.of(event("3")));
        }
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            assertThat(ledger.isDoubtful()).as("it has gone on since").isFalse();
            log.append(List.of(event("4")));
        }
        assertThat(ids()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void theLedgerOfAnotherLogIsNotBelieved() throws IOException {
        write("1");
        delete(ledgerFolder());
        Path other = folder.resolve("other.jsonl");
        try (Ledger ledger = ledger();
                JsonAuditLog log = JsonAuditLog.open(AuditConfig.of(other), () -> NOW, _ -> {}, Optional.of(ledger))) {
            for (String id : List.of("u", "v", "w", "x", "y", "z")) {
                log.append(List.of(event(id)));
            }
        }
        try (Ledger ledger = ledger();
                JsonAuditLog _ = open(ledger)) {
            assertThat(ledger.isDoubtful()).isTrue();
            Frame _ = ledger.note(Frame.Kind.START, new byte[Long.BYTES]);
        }
        assertThat(ids()).containsExactly("1");
        write("2");
        cutBefore("2");
        try (Ledger ledger = ledger();
                JsonAuditLog _ = open(ledger)) {
            assertThat(ledger.isDoubtful()).as("for its lines of the other log").isFalse();
        }
        assertThat(ids()).containsExactly("1", "2");
    }

    /** It has the right number, and follows a record of another log. */
    @Test
    void aLineThatDoesNotFollowTheLastOneIsNotBelieved() throws IOException {
        write("1");
        byte[] file = Files.readAllBytes(file());
        delete(ledgerFolder());
        Path other = folder.resolve("other.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(AuditConfig.of(other), () -> NOW, _ -> {}, Optional.empty())) {
            log.append(List.of(event("x"), event("y"), event("z")));
        }
        List<String> lines = Files.readAllLines(other);
        int next = Files.readAllLines(file()).size();
        try (Ledger ledger = ledger()) {
            Frame _ = ledger.note(Frame.Kind.LINES, (lines.get(next) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        try (Ledger ledger = ledger();
                JsonAuditLog _ = open(ledger)) {
            assertThat(ledger.isDoubtful()).isTrue();
            assertThat(Files.readAllBytes(file())).isEqualTo(file);
        }
    }

    /** A power cut left the fourth record and not the third. The next ones get their numbers, and the process dies. */
    @Test
    void linesBehindAGapNeverCountAgain() throws IOException {
        write("1", "2", "3", "4");
        cutBefore("3");
        damage("3");
        Path ledgerThen = folder.resolve("then");
        byte[] fileThen;
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            beforeForce = () -> {
                beforeForce = () -> {};
                try {
                    copy(ledgerFolder(), ledgerThen);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
            log.append(List.of(event("5")));
            fileThen = Files.readAllBytes(file());
        }
        delete(ledgerFolder());
        copy(ledgerThen, ledgerFolder());
        Files.write(file(), fileThen);
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            assertThat(ledger.isDoubtful()).isFalse();
            log.append(List.of(event("6")));
        }
        assertThat(ids()).containsExactly("1", "2", "5", "6");
    }

    private void cutBefore(String id) throws IOException {
        String whole = Files.readString(file());
        Files.writeString(file(), whole.substring(0, whole.indexOf("\"postseal.queue_id\":\"" + id + "\"")));
    }

    private void damage(String id) throws IOException {
        Path segment = ledgerFolder().resolve("00000001.ledger");
        String octets = Files.readString(segment, StandardCharsets.ISO_8859_1);
        String name = "\"postseal.queue_id\":\"" + id + "\"";
        assertThat(octets).contains(name);
        Files.writeString(segment, octets.replace(name, name.replace('q', 'Q')), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aLedgerAloneOrALogAloneGoesOn() throws IOException {
        write("1");
        delete(ledgerFolder());
        write("2");
        assertThat(ids()).containsExactly("1", "2");
        // Not all of its records are in the ledger any more.
        Files.delete(file());
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            assertThat(ledger.isDoubtful()).isFalse();
            log.append(List.of(event("3")));
        }
        assertThat(ids()).containsExactly("3");
    }

    @Test
    void afterAFailedForceNobodyWasAnsweredAndTheLogGoesOn() throws IOException {
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            log.append(List.of(event("1")));
            fault = Optional.of(new IOException("no such device"));
            assertThatThrownBy(() -> log.append(List.of(event("lost")))).hasMessageContaining("no such device");
            assertThatThrownBy(() -> log.append(List.of(event("refused")))).hasMessageContaining("broken");
            fault = Optional.empty();
            log.requireWritable();
            log.append(List.of(event("2")));
            log.append(List.of(event("3")));
        }
        assertThat(ids()).containsExactly("1", "2", "3");
        // The file was forced when the abandoned segment went, which was right after the second record.
        cutBefore("3");
        write("4");
        assertThat(ids()).as("what was void stays void").containsExactly("1", "2", "3", "4");
    }

    /** The segment with the line that was taken back is still there, since a message on its way has room in it. */
    @Test
    void aLineThatWasTakenBackStaysBehindTheOneInItsPlace() throws IOException {
        try (Ledger ledger = ledger();
                Ledger.Room _ = ledger.reserve(1, 10);
                JsonAuditLog log = open(ledger)) {
            log.append(List.of(event("1")));
            fault = Optional.of(new IOException("no such device"));
            assertThatThrownBy(() -> log.append(List.of(event("lost")))).hasMessageContaining("no such device");
            fault = Optional.empty();
            log.requireWritable();
            log.append(List.of(event("2")));
        }
        cutBefore("2");
        write("3");
        assertThat(ids()).containsExactly("1", "2", "3");
    }

    /** The file is not forced with each record, and what a power cut leaves of it is what was forced. */
    @Test
    void noSegmentGoesBeforeItsLinesAreForcedInTheFile() throws IOException {
        FakeLogFile file = new FakeLogFile();
        List<String> written = IntStream.range(0, 80).mapToObj(String::valueOf).toList();
        try (Ledger ledger = ledger();
                JsonAuditLog log = JsonAuditLog.open(() -> file, chain(), Optional.of(ledger))) {
            ledger.keptBy(OF_NONE);
            for (String id : written) {
                log.append(List.of(event(id)));
            }
            // By then, what was to be done after the last record is done.
            log.force();
            StringBuilder safe = new StringBuilder();
            List<String> _ = LedgerFolder.read(ledgerFolder(), frame -> {
                if (frame.kind() == Frame.Kind.LINES) {
                    safe.append(new String(frame.body(), StandardCharsets.UTF_8));
                }
            });
            safe.append(file.durable());
            assertThat(ids(safe.toString())).containsAll(written);
            assertThat(file.durable()).as("segments went").contains("\"postseal.queue_id\":\"9\"");
        }
    }

    /** The next force succeeds, and brings nothing of what the failed one should have brought to disk. */
    @Test
    void whatAFailedForceOfTheFileHasLostIsWrittenAgain() throws IOException {
        FakeLogFile file = new FakeLogFile();
        List<String> written = new ArrayList<>();
        try (Ledger ledger = ledger();
                JsonAuditLog log = JsonAuditLog.open(() -> file, chain(), Optional.of(ledger))) {
            ledger.keptBy(OF_NONE);
            for (int i = 0; i < 120; i++) {
                file.failure = i == 40 ? "force" : file.failure;
                try {
                    log.requireWritable();
                    log.append(List.of(event("m" + i)));
                    written.add("m" + i);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("I/O error");
                    file.failure = "";
                }
            }
            assertThat(file.failure).as("a force has failed").isEmpty();
            assertThat(ids(file.text())).containsExactlyElementsOf(written);
        }
        assertThat(ids(file.durable())).containsExactlyElementsOf(written);
    }

    private static final Keeper OF_NONE = new Keeper() {
        @Override
        public boolean counts(Frame frame) {
            return false;
        }

        @Override
        public void moved(Frame frame, long place) {}

        @Override
        public long counting(int segment) {
            return 0;
        }

        @Override
        public void tidy() {}
    };

    @Test
    void notesGoOnWhileAForceHangs() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Ledger.Room room = ledger.reserve(1, 10)) {
            beforeForce = () -> {
                isHeld.countDown();
                await(held);
            };
            Future<?> record = threads.submit(() -> {
                log.append(List.of(event("1")));
                return null;
            });
            isHeld.await();
            Future<List<Frame>> noting = threads.submit(
                    () -> List.of(ledger.note(Frame.Kind.ROW, new byte[100]), room.note(Frame.Kind.ROW, new byte[10])));
            List<Long> places = new ArrayList<>();
            List<Frame> noted;
            boolean isEarly;
            try {
                noted = noting.get(20, TimeUnit.SECONDS);
                List<String> _ = LedgerFolder.read(ledgerFolder(), frame -> places.add(frame.place()));
                isEarly = record.isDone();
            } finally {
                beforeForce = () -> {};
                held.countDown();
            }
            assertThat(places).containsAll(noted.stream().map(Frame::place).toList());
            assertThat(isEarly).isFalse();
            record.get();
        }
    }

    @Test
    void whatIsUnforcedForASecondIsForced() throws Exception {
        CountDownLatch forced = new CountDownLatch(1);
        try (Ledger ledger = ledger();
                JsonAuditLog _ = open(ledger)) {
            beforeForce = forced::countDown;
            Frame _ = ledger.note(Frame.Kind.ROW, new byte[100]);
            assertThat(forced.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whileTheFileCannotBeWrittenTheRecordIsSafeAndTheNextIsRefused() throws IOException {
        FakeLogFile file = new FakeLogFile();
        try (Ledger ledger = ledger();
                JsonAuditLog log = JsonAuditLog.open(() -> file, chain(), Optional.of(ledger))) {
            log.append(List.of(event("1")));
            file.failure = "append";
            log.append(List.of(event("2")));
            assertThatThrownBy(() -> log.append(List.of(event("3")))).hasMessageContaining("disk full");
            assertThatThrownBy(log::requireWritable).hasMessageContaining("disk full");
            file.failure = "";
            log.requireWritable();
            log.append(List.of(event("4")));
            assertThat(ids(file.text())).containsExactly("1", "2", "4");
        }
    }

    @Test
    void fullFilesAndSegmentsGoAndTheChainHolds() throws IOException {
        isRotated = true;
        for (int start = 0; start < 4; start++) {
            String[] ids = IntStream.range(0, 60).mapToObj(String::valueOf).toArray(String[]::new);
            write(ids);
        }
        try (Stream<Path> files = Files.list(ledgerFolder())) {
            assertThat(files.count()).isLessThan(8);
        }
        assertThat(new ChainBench(folder).verify(Optional.empty()).isSound()).isTrue();
    }

    /** SIGHUP after the file was moved: the old file was never forced, and the ledger may forget its lines. */
    @Test
    void theFileThatIsMovedAwayIsOnDisk() throws Exception {
        List<FakeLogFile> files = List.of(new FakeLogFile(), new FakeLogFile());
        int[] next = {0};
        try (Ledger ledger = Ledger.open(ledgerFolder(), 128 << 10);
                JsonAuditLog log = JsonAuditLog.open(
                        () -> files.get(next[0]), Optional.of(Chain.of(config(), () -> NOW)), Optional.of(ledger))) {
            log.append(List.of(event("0")));
            Thread.sleep(100); // the first tidy of the ledger forces the file once
            log.append(List.of(event("1")));
            next[0] = 1;
            log.reopen();
            assertThat(files.getFirst().text()).contains("\"postseal.queue_id\":\"1\"");
            assertThat(files.getFirst().durable()).contains("\"postseal.queue_id\":\"1\"");
        }
    }

    private Optional<Chain> chain() throws IOException {
        return Optional.of(Chain.of(config(), () -> NOW));
    }

    private void write(String... ids) throws IOException {
        try (Ledger ledger = ledger();
                JsonAuditLog log = open(ledger)) {
            for (String id : ids) {
                log.append(List.of(event(id)));
            }
        }
    }

    private JsonAuditLog open(Ledger ledger) throws IOException {
        return JsonAuditLog.open(config(), () -> NOW, _ -> {}, Optional.of(ledger));
    }

    private Ledger ledger() throws IOException {
        return Ledger.open(ledgerFolder(), 16 << 10, file -> {
            beforeForce.run();
            if (fault.isPresent()) {
                throw fault.get();
            }
            file.force(false);
        });
    }

    private Path file() {
        return config().file();
    }

    private Path ledgerFolder() {
        return folder.resolve("ledger");
    }

    private List<String> ids() throws IOException {
        return ids(Files.readString(file()));
    }

    private static List<String> ids(String text) {
        return text.lines()
                .filter(line -> line.contains("recipient-done"))
                .map(line -> line.replaceAll(".*\"postseal.queue_id\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path ledger) throws IOException {
        try (Stream<Path> files = Files.list(ledger)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(ledger);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
