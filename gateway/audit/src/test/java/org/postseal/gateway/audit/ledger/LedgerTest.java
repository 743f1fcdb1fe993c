package org.postseal.gateway.audit.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.ledger.Frame.Kind;

class LedgerTest {
    private static final int SMALL = 4 << 10;

    @TempDir
    private Path folder;

    @Test
    void whatIsNotedIsReadInOrder() throws IOException {
        try (Ledger ledger = open()) {
            for (int i = 0; i < 500; i++) {
                Frame noted = ledger.note(Kind.ROW, row(i));
                assertThat(ledger.frame(noted.place()))
                        .hasValueSatisfying(read -> assertThat(read.body()).isEqualTo(noted.body()));
            }
        }
        assertThat(rows()).isEqualTo(numbers(500));
        try (Ledger again = open()) {
            Frame next = again.note(Kind.ROW, row(500));
            assertThat(next.sequence()).isEqualTo(501);
        }
        assertThat(rows()).isEqualTo(numbers(501));
        assertThat(faults()).isEmpty();
    }

    @Test
    void onlyItsOwnerReadsIt() throws IOException {
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, row(1));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Segment.file(path(), 1))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void anotherGatewayIsRefused() throws IOException {
        try (Ledger _ = open()) {
            assertThatThrownBy(this::open).hasMessageContaining("is in use by another gateway");
        }
        open().close();
    }

    /** Whatever octet a power cut left as the last one, the frames before it are there, and the torn one is not. */
    @Test
    void aTornFrameIsLeftOutWhereverItIsTorn() throws IOException {
        Frame last;
        int end;
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, row(0));
            last = ledger.note(Kind.ROW, row(1));
            end = Frame.offsetOf(last.place()) + Segment.FRAME + last.body().length;
        }
        byte[] whole = Files.readAllBytes(Segment.file(path(), 1));
        for (int torn = Frame.offsetOf(last.place()); torn < end; torn++) {
            byte[] cut = whole.clone();
            for (int i = torn; i < end; i++) {
                cut[i] = 0;
            }
            Files.write(Segment.file(path(), 1), cut);
            assertThat(rows()).as("torn at %d", torn).isEqualTo(numbers(1));
            // The first octets of a length are zeros anyhow.
            int named = torn < Frame.offsetOf(last.place()) + 4 ? 0 : 1;
            assertThat(faults()).hasSize(named);
            Files.write(Segment.file(path(), 1), Arrays.copyOf(whole, torn));
            assertThat(rows()).as("cut at %d", torn).isEqualTo(numbers(1));
            assertThat(faults()).hasSize(named);
        }
    }

    @Test
    void aFlippedBitHarmsItsOwnFrameOnlyAndIsNamed() throws IOException {
        List<Frame> frames = new ArrayList<>();
        try (Ledger ledger = open()) {
            for (int i = 0; i < 5; i++) {
                frames.add(ledger.note(Kind.ROW, row(i)));
            }
        }
        byte[] whole = Files.readAllBytes(Segment.file(path(), 1));
        int from = Frame.offsetOf(frames.get(2).place());
        for (int bit = from * 8; bit < Frame.offsetOf(frames.get(3).place()) * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(Segment.file(path(), 1), flipped);
            assertThat(rows()).as("bit %d", bit).isEqualTo(List.of(0, 1, 3, 4));
            assertThat(faults()).hasSize(1);
        }
    }

    @Test
    void whatStandsInAnotherPlaceOrSegmentIsNoFrame() throws IOException {
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, row(0));
        }
        byte[] one = Files.readAllBytes(Segment.file(path(), 1));
        byte[] moved = one.clone();
        System.arraycopy(one, Segment.HEAD, moved, Segment.HEAD + 100, 100);
        Files.write(Segment.file(path(), 1), moved);
        assertThat(rows()).isEqualTo(numbers(1));
        Files.write(Segment.file(path(), 2), one);
        assertThatThrownBy(this::rows).hasMessageContaining("is no segment 2 of a ledger");
    }

    @Test
    void aFullSegmentGoesWhenNothingInItCounts() throws IOException {
        try (Ledger ledger = open()) {
            Counting counting = new Counting();
            ledger.keptBy(counting);
            for (int i = 0; i < 2000; i++) {
                counting.places.add(ledger.note(Kind.ROW, row(i)).place());
                if (counting.places.size() > 10) {
                    long _ = counting.places.removeFirst();
                }
                if (ledger.isUntidy()) {
                    ledger.tidy();
                }
            }
            assertThat(segments()).hasSizeLessThan(5);
            List<String> kept = new ArrayList<>();
            for (long place : counting.places) {
                kept.add(new String(ledger.frame(place).orElseThrow().body(), US_ASCII).strip());
            }
            assertThat(kept)
                    .containsExactlyElementsOf(IntStream.range(1990, 2000)
                            .mapToObj(String::valueOf)
                            .toList());
        }
    }

    @Test
    void noSegmentGoesWhileSomebodyReads() throws IOException {
        try (Ledger ledger = open()) {
            ledger.keptBy(new Counting());
            for (int i = 0; i < 200; i++) {
                Frame _ = ledger.note(Kind.ROW, row(i));
            }
            int before = segments().size();
            List<Integer> seen = new ArrayList<>();
            ledger.read(_ -> {}, frame -> {
                seen.add(Integer.valueOf(new String(frame.body(), US_ASCII).strip()));
                tidy(ledger);
            });
            assertThat(seen).isEqualTo(numbers(200));
            assertThat(ledger.isUntidy()).isTrue();
            tidy(ledger);
            assertThat(segments()).hasSizeLessThan(before);
        }
    }

    /** Somebody reads the folder beside the gateway, which copies a row from a segment to a new one. */
    @Test
    void whatIsCopiedMeanwhileIsReadWhereItIs() throws IOException {
        try (Ledger ledger = open()) {
            Counting counting = new Counting();
            ledger.keptBy(counting);
            for (int i = 0; i < 200; i++) {
                counting.places.add(ledger.note(Kind.ROW, row(i)).place());
            }
            Set<Integer> seen = new TreeSet<>();
            List<String> faults = LedgerFolder.read(path(), frame -> {
                seen.add(Integer.valueOf(new String(frame.body(), US_ASCII).strip()));
                tidy(ledger);
            });
            assertThat(seen).containsExactlyElementsOf(numbers(200));
            assertThat(faults).isEmpty();
        }
    }

    private static void tidy(Ledger ledger) {
        try {
            ledger.tidy();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void linesStayUntilTheAuditLogHasThem() throws IOException {
        try (Ledger ledger = open()) {
            ledger.keptBy(new Counting());
            for (int i = 0; i < 200; i++) {
                Frame _ = ledger.note(Kind.LINES, ("line " + i + "\n").getBytes(US_ASCII));
            }
            ledger.tidy();
            assertThat(count(Kind.LINES)).isEqualTo(200);
            ledger.linesKept(ledger.sequence());
            for (int i = 0; i < 5; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[SMALL - 100]);
                ledger.tidy();
            }
        }
        assertThat(count(Kind.LINES))
                .as("the newest, and what stands beside it")
                .isBetween(1, 150);
    }

    @Test
    void theNewestStartAndWhatIsKnownOfSuspectsOutliveTheirSegments() throws IOException {
        try (Ledger ledger = open()) {
            ledger.keptBy(new Counting());
            for (Kind kind : List.of(Kind.TURN, Kind.START, Kind.SUSPECTS, Kind.START, Kind.SUSPECTS, Kind.TURN)) {
                Frame _ = ledger.note(kind, new byte[1]);
            }
            for (int i = 0; i < 5; i++) {
                Frame _ = ledger.note(Kind.ROW, new byte[SMALL - 100]);
                ledger.tidy();
            }
        }
        List<Long> kept = new ArrayList<>();
        List<String> _ = LedgerFolder.read(path(), frame -> {
            if (frame.kind() != Kind.ROW) {
                kept.add(frame.sequence());
            }
        });
        assertThat(kept).containsExactly(4L, 5L, 6L);
    }

    @Test
    void roomThatWasReservedIsThereWhenTheDiskIsGone() throws IOException {
        try (Ledger ledger = open()) {
            Frame _ = ledger.note(Kind.ROW, row(0));
            ledger.force();
            try (Ledger.Room room = ledger.reserve(1, 8)) {
                Files.move(path(), folder.resolve("aside"));
                Files.createFile(path());
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 1000; i++) {
                                Frame _ = ledger.note(Kind.ROW, row(i));
                            }
                        })
                        .isInstanceOf(IOException.class);
                Frame noted = room.note(Kind.ROW, "promised".getBytes(US_ASCII));
                assertThat(ledger.frame(noted.place())).isPresent();
                assertThatThrownBy(() -> room.note(Kind.ROW, row(1))).hasMessageContaining("no room was reserved");
            }
            Files.delete(path());
        }
    }

    @Test
    void aFolderThatIsRemovedIsMadeAnewAndNothingIsLost() throws IOException {
        try (Ledger ledger = open()) {
            Frame first = ledger.note(Kind.ROW, row(0));
            ledger.force();
            Files.move(path(), folder.resolve("aside"));
            Frame _ = ledger.note(Kind.ROW, row(1));
            assertThatThrownBy(ledger::requireRoom).hasMessageContaining("was removed");
            assertThatThrownBy(ledger::force).hasMessageContaining("was removed");
            Frame _ = ledger.note(Kind.ROW, row(2));
            ledger.force();
            assertThat(ledger.frame(first.place())).isPresent();
            assertThat(count(Kind.ROW))
                    .as("what was not forced, and what came since")
                    .isEqualTo(2);
        }
    }

    @Test
    void aThreadThatIsInterruptedHarmsNobody() throws IOException {
        try (Ledger ledger = open()) {
            Thread.currentThread().interrupt();
            Frame first = ledger.note(Kind.ROW, row(0));
            assertThat(ledger.frame(first.place())).isPresent();
            assertThat(Thread.interrupted()).isTrue();
            Frame second = ledger.note(Kind.ROW, row(1));
            ledger.force();
            assertThat(ledger.frame(second.place())).isPresent();
        }
        assertThat(rows()).isEqualTo(numbers(2));
    }

    @Test
    void aNoteThatIsLargerThanASegmentHasOneOfItsOwn() throws IOException {
        try (Ledger ledger = open()) {
            Frame large = ledger.note(Kind.ROW, new byte[3 * SMALL]);
            assertThat(ledger.frame(large.place()).orElseThrow().body()).hasSize(3 * SMALL);
        }
    }

    /** Keeps what stands in these places. */
    private static final class Counting implements Keeper {
        private final List<Long> places = new ArrayList<>();

        @Override
        public boolean counts(Frame frame) {
            return places.contains(frame.place());
        }

        @Override
        public void moved(Frame frame, long place) {
            places.replaceAll(each -> each == frame.place() ? place : each);
        }

        @Override
        public long counting(int segment) {
            return places.stream()
                            .filter(place -> Frame.segmentOf(place) == segment)
                            .count()
                    * 100;
        }

        @Override
        public void tidy() {}
    }

    private Path path() {
        return folder.resolve("ledger");
    }

    private Ledger open() throws IOException {
        return Ledger.open(path(), SMALL);
    }

    private List<Integer> rows() throws IOException {
        List<Integer> rows = new ArrayList<>();
        List<String> _ = LedgerFolder.read(
                path(), frame -> rows.add(Integer.valueOf(new String(frame.body(), US_ASCII).strip())));
        return rows;
    }

    private int count(Kind kind) throws IOException {
        List<Frame> found = new ArrayList<>();
        List<String> _ = LedgerFolder.read(path(), frame -> {
            if (frame.kind() == kind) {
                found.add(frame);
            }
        });
        return found.size();
    }

    private List<String> faults() throws IOException {
        return LedgerFolder.read(path(), _ -> {});
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(path())) {
            return files.filter(file -> file.toString().endsWith(Segment.SUFFIX))
                    .toList();
        }
    }

    private static byte[] row(int number) {
        return "%-40d".formatted(number).getBytes(US_ASCII);
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
