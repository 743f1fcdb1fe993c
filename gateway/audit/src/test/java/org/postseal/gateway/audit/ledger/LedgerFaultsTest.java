package org.postseal.gateway.audit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.audit.ledger.Frame.Kind;

/** Tests a ledger whose disk fails in one way or another. */
@Timeout(60)
class LedgerFaultsTest {
    private static final int SMALL = 4 << 10;

    @TempDir
    private Path folder;

    private int failures;
    private volatile Runnable beforeForce = () -> {};

    private Path path() {
        return folder.resolve("ledger");
    }

    private Ledger open() throws IOException {
        return Ledger.open(path(), SMALL, file -> {
            beforeForce.run();
            if (failures > 0) {
                failures--;
                throw new IOException("I/O error");
            }
            file.force(false);
        });
    }

    /** What is noted again does not fit, is written behind the end of the segment, and is not read any more. */
    @Test
    void whatIsNotedAgainAfterAFailedForceHasRoom() throws Exception {
        try (Ledger ledger = open()) {
            for (int i = 0; i < 3; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[1000]);
            }
            failures = 1;
            assertThatThrownBy(ledger::force).isInstanceOf(IOException.class);
            Frame next = ledger.note(Kind.ROW, new byte[2000]);
            ledger.force();
            assertThat(ledger.frame(next.place())).isPresent();
        }
    }

    /** And the emptying of that segment loses it for good. */
    @Test
    void whatIsNotedAgainOutlivesItsSegment() throws Exception {
        Places keeper = new Places();
        byte[] mark = "marked".repeat(300).getBytes(StandardCharsets.US_ASCII);
        try (Ledger ledger = open()) {
            ledger.keptBy(keeper);
            for (int i = 0; i < 3; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[1000]);
            }
            failures = 1;
            assertThatThrownBy(ledger::force).isInstanceOf(IOException.class);
            Frame _ = ledger.note(Kind.ROW, mark, keeper::keep);
            ledger.force();
            for (int i = 0; i < 10; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[1000]);
                ledger.force();
                ledger.tidy();
            }
        }
        assertThat(segmentsOf(mark)).isNotEmpty();
    }

    /** A second force of the abandoned segment, which Linux answers with success, forgets what it lost. */
    @Test
    void anAbandonedSegmentIsNeverBelievedAgain() throws Exception {
        byte[] mark = "accepted".getBytes(StandardCharsets.US_ASCII);
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, mark);
            failures = 1;
            assertThatThrownBy(ledger::force).isInstanceOf(IOException.class);
            // As the thread of the audit log does once a second after requireWritable.
            ledger.force();
            Frame _ = ledger.note(Kind.LINES, new byte[10]);
            ledger.force();
        }
        assertThat(segmentsOf(mark))
                .as("noted again in a segment whose force did not fail")
                .anyMatch(n -> n > 1);
    }

    /** The copy whose force failed is taken for good, and its source is removed. */
    @Test
    void aCopyWhoseForceFailedIsNotTheOnlyOne() throws Exception {
        Places keeper = new Places();
        byte[] mark = "accepted".getBytes(StandardCharsets.US_ASCII);
        try (Ledger ledger = open()) {
            ledger.keptBy(keeper);
            Frame _ = ledger.note(Kind.ROW, mark, keeper::keep);
            for (int i = 0; i < 5; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[1000]);
            }
            ledger.force();
            failures = 1;
            assertThatThrownBy(ledger::tidy).hasMessage("I/O error");
            Set<Integer> failed = new HashSet<>(segmentsOf(mark));
            failed.remove(1);
            assertThat(failed).hasSize(1);
            ledger.force();
            ledger.tidy();
            Set<Integer> now = segmentsOf(mark);
            now.removeAll(failed);
            assertThat(now).as("segments whose force did not fail").isNotEmpty();
        }
    }

    /** On a full disk the ledger gives nothing back, although none of its old segments counts. */
    @Test
    void aFullDiskDoesNotKeepSegmentsThatCountNoMore() throws Exception {
        try (Ledger ledger = open()) {
            ledger.keptBy(new Places());
            for (int i = 0; i < 12; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[1000]);
            }
            ledger.force();
            // No other segment can be made: the name of the next one is taken.
            Path taken = Files.createDirectory(path().resolve("00000005.ledger.new"));
            Files.createFile(taken.resolve("x"));
            assertThat(LedgerFolder.numbers(path())).hasSize(4);
            assertThatThrownBy(ledger::tidy).isInstanceOf(IOException.class);
            assertThat(LedgerFolder.numbers(path())).hasSizeLessThan(4);
        }
    }

    /** The newer frame is only in the kernel's pages, and the power is cut after the older one has gone. */
    @Test
    void noFrameGoesBeforeTheOneInItsPlaceIsOnDisk() throws Exception {
        Places keeper = new Places();
        Map<FileChannel, byte[]> disk = new HashMap<>();
        try (Ledger ledger = Ledger.open(path(), SMALL, file -> disk.put(file, octets(file)))) {
            ledger.keptBy(keeper);
            Frame older = ledger.note(Kind.ROW, "accepted at first".getBytes(StandardCharsets.US_ASCII), keeper::keep);
            for (int i = 0; i < 5; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[1000]);
            }
            ledger.force();
            keeper.forget(older);
            Frame _ = ledger.note(Kind.ROW, "accepted again".getBytes(StandardCharsets.US_ASCII), keeper::keep);
            ledger.tidy();
            assertThat(LedgerFolder.numbers(path())).doesNotContain(older.segment());
            assertThat(disk.values().stream().map(octets -> new String(octets, StandardCharsets.ISO_8859_1)))
                    .anyMatch(octets -> octets.contains("accepted again"));
        }
    }

    private static byte[] octets(FileChannel file) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(file.size()));
        int _ = file.read(all, 0);
        return all.array();
    }

    @Test
    void aForceNotesAgainWhatWasLost() throws Exception {
        byte[] mark = "accepted".getBytes(StandardCharsets.US_ASCII);
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, mark);
            failures = 1;
            assertThatThrownBy(ledger::force).isInstanceOf(IOException.class);
            assertThat(ledger.isUnforced()).isTrue();
            ledger.force();
            assertThat(segmentsOf(mark)).anyMatch(number -> number > 1);
            assertThat(ledger.isUnforced()).isFalse();
        }
    }

    /** Whoever reads a frame while its segment is emptied gets it or nothing, and no failure. */
    @Test
    void aReaderDoesNotFailWhileASegmentGoes() throws Exception {
        Places keeper = new Places();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Ledger ledger = open()) {
            ledger.keptBy(keeper);
            AtomicLong older =
                    new AtomicLong(ledger.note(Kind.ROW, new byte[10]).place());
            AtomicBoolean isOver = new AtomicBoolean();
            List<Thread> reading = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                reading.add(Thread.ofPlatform().start(() -> {
                    while (!isOver.get()) {
                        try {
                            var _ = ledger.frame(older.get());
                        } catch (IOException e) {
                            failure.set(e);
                        }
                    }
                }));
            }
            for (int i = 0; i < 600; i++) {
                long place = ledger.note(Kind.ROW, new byte[2500]).place();
                ledger.force();
                ledger.tidy();
                older.set(place);
            }
            isOver.set(true);
            for (Thread each : reading) {
                each.join();
            }
        }
        assertThat(failure).hasNullValue();
    }

    /** While a force hangs, nobody makes the next segment in time, and all notes still have room. */
    @Test
    void notesNeedNoForceEvenIfTheyFillSegments() throws Exception {
        CountDownLatch isHeld = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        try (Ledger ledger = open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Frame first = ledger.note(Kind.ROW, new byte[10]);
            beforeForce = () -> {
                isHeld.countDown();
                await(held);
            };
            Future<?> forcing = threads.submit(() -> {
                ledger.force();
                return null;
            });
            isHeld.await();
            Future<List<Frame>> noting = threads.submit(() -> {
                List<Frame> noted = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    noted.add(ledger.note(Kind.ROW, new byte[1000]));
                }
                return noted;
            });
            List<Frame> noted = new ArrayList<>();
            try {
                noted.addAll(noting.get(20, TimeUnit.SECONDS));
                assertThat(forcing.isDone()).isFalse();
            } finally {
                beforeForce = () -> {};
                held.countDown();
            }
            var _ = forcing.get();
            assertThat(ledger.isUnforced()).isTrue();
            ledger.force();
            assertThat(noted)
                    .last()
                    .satisfies(last -> assertThat(last.segment()).isGreaterThan(first.segment() + 2));
            for (Frame frame : noted) {
                assertThat(ledger.frame(frame.place())).isPresent();
            }
        }
    }

    /** After a failed force the next segment must be forced, and that may hang as well. */
    @Test
    void whileTheNextSegmentHangsNotesAreRefusedAtOnce() throws Exception {
        CountDownLatch isHeld = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        try (Ledger ledger = open();
                Ledger.Room room = ledger.reserve(1, 8);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Frame lost = ledger.note(Kind.ROW, "noted before".getBytes(StandardCharsets.US_ASCII));
            failures = 1;
            beforeForce = () -> {
                if (failures == 0) {
                    isHeld.countDown();
                    await(held);
                }
            };
            Future<?> forcing = threads.submit(() -> {
                assertThatThrownBy(ledger::force).hasMessage("I/O error");
                return null;
            });
            isHeld.await();
            Future<Frame> noting = threads.submit(() -> {
                assertThatThrownBy(() -> ledger.note(Kind.TURN, new byte[10])).hasMessage("I/O error");
                return room.note(Kind.ROW, "accepted".getBytes(StandardCharsets.US_ASCII));
            });
            try {
                assertThat(ledger.frame(noting.get(20, TimeUnit.SECONDS).place()))
                        .as("what has its room")
                        .isPresent();
                assertThat(forcing.isDone()).isFalse();
            } finally {
                held.countDown();
            }
            var _ = forcing.get();
            Frame after = ledger.note(Kind.TURN, new byte[10]);
            assertThat(after.segment()).isGreaterThan(lost.segment());
            ledger.force();
        }
        assertThat(segmentsOf("accepted".getBytes(StandardCharsets.US_ASCII))).contains(2);
        assertThat(segmentsOf("noted before".getBytes(StandardCharsets.US_ASCII)))
                .contains(2);
    }

    /** A disk that goes on failing costs a new segment once a second, and not one for each message. */
    @Test
    void aDiskThatFailsIsAskedByTheForceAlone() throws Exception {
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, new byte[10]);
            failures = 3;
            assertThatThrownBy(ledger::force).isInstanceOf(IOException.class);
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> ledger.note(Kind.ROW, new byte[10])).hasMessage("I/O error");
            }
            assertThat(failures).isEqualTo(1);
            assertThat(ledger.isUnforced()).isTrue();
            assertThatThrownBy(ledger::force).hasMessage("I/O error");
            ledger.force();
            Frame _ = ledger.note(Kind.ROW, new byte[10]);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A power cut may leave the name of a segment that was never forced, and nothing in it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, SMALL})
    void aSegmentThatWasNeverForcedHoldsNobodyUp(int octets) throws Exception {
        byte[] mark = "forced".getBytes(StandardCharsets.US_ASCII);
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, mark);
        }
        Files.write(Segment.file(path(), 2), new byte[octets]);
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, mark);
        }
        assertThat(segmentsOf(mark)).containsExactlyInAnyOrder(1, 3);
    }

    private Set<Integer> segmentsOf(byte[] body) throws IOException {
        Set<Integer> found = new HashSet<>();
        List<String> _ = LedgerFolder.read(path(), frame -> {
            if (java.util.Arrays.equals(frame.body(), body)) {
                found.add(frame.segment());
            }
        });
        return found;
    }

    private static final class Places implements Keeper {
        private final Map<Long, Long> places = new HashMap<>();

        void keep(Frame frame) {
            places.put(frame.sequence(), frame.place());
        }

        void forget(Frame frame) {
            places.remove(frame.sequence());
        }

        @Override
        public boolean counts(Frame frame) {
            return Long.valueOf(frame.place()).equals(places.get(frame.sequence()));
        }

        @Override
        public void moved(Frame frame, long place) {
            if (counts(frame)) {
                places.put(frame.sequence(), place);
            }
        }

        @Override
        public void tidy() {}

        @Override
        public long counting(int segment) {
            return Long.MAX_VALUE;
        }
    }
}
