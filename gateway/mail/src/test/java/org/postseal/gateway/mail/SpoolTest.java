package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 8191, 8192, 8193, 65_535, 65_536, 65_537, 100_000, 1_000_003})
    void givesBackWhatWasWritten(int size) throws IOException {
        byte[] octets = random(size);
        try (Spool.Scope scope = factory().open()) {
            Spool spool = scope.newSpool();
            Random pieces = new Random(1);
            for (int done = 0; done < size; ) {
                int count = Math.min(size - done, pieces.nextInt(5000));
                spool.write(octets, done, count);
                done += count;
                if (done < size) {
                    spool.write(octets[done++]);
                }
            }
            assertThat(spool.size()).isEqualTo(size);
            RawMessage message = spool.finish();

            assertThat(spool.finish()).isSameAs(message);
            assertThat(message.size()).isEqualTo(size);
            assertThat(message.toByteArray()).isEqualTo(octets);
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            message.writeTo(copy);
            assertThat(copy.toByteArray()).isEqualTo(octets);
            if (size > HEAP) {
                assertThat(message).isInstanceOf(SpooledFile.class);
            } else {
                assertThat(message).isNotInstanceOf(SpooledFile.class);
            }
        }
    }

    @Test
    void slicesAtAnyOffset() throws IOException {
        byte[] octets = random(200_000);
        try (Spool.Scope scope = factory().open()) {
            RawMessage file = write(scope, octets);
            RawMessage heap = write(scope, Arrays.copyOf(octets, 60_000));
            Random random = new Random(2);
            for (int i = 0; i < 200; i++) {
                int from = random.nextInt(50_000);
                int count = random.nextInt(10_000);
                byte[] expected = Arrays.copyOfRange(octets, from, from + count);
                assertThat(file.slice(from, count).toByteArray()).isEqualTo(expected);
                assertThat(heap.slice(from, count).toByteArray()).isEqualTo(expected);
                assertThat(file.from(7).slice(from, count).slice(0, count).toByteArray())
                        .isEqualTo(Arrays.copyOfRange(octets, from + 7, from + 7 + count));
            }
            assertThat(RawMessage.join(List.of(heap, file.slice(60_000, 140_000)))
                            .slice(59_990, 20)
                            .toByteArray())
                    .isEqualTo(Arrays.copyOfRange(octets, 59_990, 60_010));
            assertThatThrownBy(() -> file.slice(199_999, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> file.slice(1, Long.MAX_VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 20_000, 100_000})
    void knowsWhetherAnOctetIsOver127(int size) throws IOException {
        byte[] octets = new byte[size];
        Arrays.fill(octets, (byte) 127);
        try (Spool.Scope scope = factory().open()) {
            assertThat(write(scope, octets).isAscii()).isTrue();
            for (int at : new int[] {0, size / 2, size - 1}) {
                octets[at] = (byte) 128;
                RawMessage message = write(scope, octets);
                assertThat(message.isAscii()).isFalse();
                assertThat(message.slice(0, at).isAscii()).isTrue();
                assertThat(message.from(at + 1).isAscii()).isTrue();
                octets[at] = 127;
            }
        }
    }

    @Test
    void readsOctetByOctet() throws IOException {
        byte[] octets = random(70_000);
        try (Spool.Scope scope = factory().open();
                InputStream in = write(scope, octets).open()) {
            for (int i = 0; i < 100; i++) {
                assertThat(in.read()).isEqualTo(octets[i] & 0xFF);
            }
            assertThat(in.skip(69_899)).isEqualTo(69_899);
            assertThat(in.read()).isEqualTo(octets[69_999] & 0xFF);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void isReadByManyAtOnce() throws Exception {
        byte[] octets = random(300_000);
        try (Spool.Scope scope = factory().open();
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            RawMessage message = write(scope, octets);
            List<Future<byte[]>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(readers.submit(message::toByteArray));
            }
            for (Future<byte[]> result : results) {
                assertThat(result.get()).isEqualTo(octets);
            }
        }
    }

    @Test
    void leavesNoNameAndNoClearTextBehind() throws IOException {
        List<Path> opened = new ArrayList<>();
        byte[] octets = "the quick brown fox ".repeat(10_000).getBytes(UTF_8);
        Path named = directory.resolve("named");
        SpoolFile.Source source = new SpoolFile.Source(() -> {
            opened.add(named);
            return FileChannel.open(
                    named, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        });
        try (Spool.Scope scope = new Spool.Factory(source, HEAP).open();
                Spool.Scope unlinked = factory().open()) {
            write(scope, octets);
            RawMessage message = write(unlinked, octets);

            byte[] onDisk = Files.readAllBytes(named);
            assertThat(onDisk).hasSize(octets.length).isNotEqualTo(octets);
            assertThat(new String(onDisk, UTF_8).indexOf("quick")).isEqualTo(-1);
            assertThat(opened).hasSize(1);
            try (var files = Files.list(directory)) {
                assertThat(files).containsExactly(named);
            }
            assertThat(message.toByteArray()).isEqualTo(octets);
        }
    }

    @Test
    void noTwoFilesShareAKeyStream() throws IOException {
        byte[] zeros = new byte[70_000];
        List<Path> files = List.of(directory.resolve("1"), directory.resolve("2"));
        var next = files.iterator();
        SpoolFile.Source source = new SpoolFile.Source(() -> FileChannel.open(
                next.next(), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        try (Spool.Scope scope = new Spool.Factory(source, HEAP).open()) {
            write(scope, zeros);
            write(scope, zeros);
        }
        assertThat(Files.mismatch(files.get(0), files.get(1))).isBetween(0L, 15L);
    }

    @Test
    void cannotBeReadWhenTheScopeIsClosed() throws IOException {
        Spool.Scope scope = factory().open();
        RawMessage message = write(scope, random(100_000));
        Spool late = scope.newSpool();
        scope.close();

        assertThatThrownBy(message::toByteArray).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> late.write(new byte[100_000]))
                .isInstanceOf(IOException.class)
                .hasMessage("the spool's scope is closed");
    }

    @Test
    void writesNothingAfterTheEnd() throws IOException {
        try (Spool.Scope scope = factory().open()) {
            Spool spool = scope.newSpool();
            spool.write(1);
            spool.finish();
            assertThatThrownBy(() -> spool.write(2)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> spool.write(new byte[3])).isInstanceOf(IOException.class);
        }
    }

    /** Otherwise, a writer who goes on would have a message with a hole in it. */
    @Test
    void whatFoundNoRoomIsNotGoneOnWithWhenThereIsRoomAgain() throws IOException {
        OctetGate gate = new OctetGate(100_000);
        OctetGate.Hold first = gate.enter(10_000).orElseThrow();
        first.grow(95_000);
        try (OctetGate.Hold hold = gate.enter(10_000).orElseThrow();
                Spool.Scope scope = new Spool.Factory(directory, HEAP, gate).open()) {
            scope.countIn(hold);
            Spool spool = scope.newSpool();
            assertThatThrownBy(() -> spool.write(random(90_000))).isInstanceOf(OctetGate.FullException.class);
            first.close();
            assertThatThrownBy(() -> spool.write(random(10))).isInstanceOf(IOException.class);
            assertThatThrownBy(spool::finish).isInstanceOf(IOException.class);
        }
        assertThat(gate.held()).isZero();
    }

    @Test
    void whatIsMadeOfAMessageCountsToTheOctetBeforeItIsWritten() throws IOException {
        OctetGate gate = new OctetGate(300_000);
        try (OctetGate.Hold hold = gate.enter(100_000).orElseThrow();
                OctetGate.Hold other = gate.enter(50_000).orElseThrow();
                Spool.Scope scope = new Spool.Factory(directory, HEAP, gate).open();
                Spool.Scope others = new Spool.Factory(directory, HEAP, gate).open()) {
            write(scope, random(70_000));
            assertThat(gate.held()).as("the message itself").isEqualTo(150_000);
            scope.countIn(hold);
            others.countIn(other);
            write(scope, random(20_001));
            write(scope, random(29_999));
            assertThat(gate.held()).isEqualTo(200_000);
            write(scope, random(200_000));
            assertThat(gate.held()).isEqualTo(400_000);
            Spool late = others.newSpool();
            assertThatThrownBy(() -> {
                        late.write(random(150_001));
                        late.finish();
                    })
                    .isInstanceOf(OctetGate.FullException.class);
        }
        assertThat(gate.held()).isZero();
    }

    @Test
    void aMissingDirectoryIsAnIoException() {
        try (Spool.Scope scope = new Spool.Factory(directory.resolve("missing"), 0, new OctetGate(1)).open()) {
            assertThatThrownBy(() -> scope.newSpool().write(new byte[5000])).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void aFullDiskIsAnIoExceptionAndTheSpoolStaysBroken() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full) || System.getenv("CI") != null, "no /dev/full here");
        SpoolFile.Source source =
                new SpoolFile.Source(() -> FileChannel.open(full, StandardOpenOption.READ, StandardOpenOption.WRITE));
        try (Spool.Scope scope = new Spool.Factory(source, HEAP).open()) {
            Spool spool = scope.newSpool();
            assertThatThrownBy(() -> spool.write(new byte[100_000])).isInstanceOf(IOException.class);
            assertThatThrownBy(spool::finish).isInstanceOf(IOException.class).hasMessage("the spool failed before");
        }
    }

    private Spool.Factory factory() {
        return new Spool.Factory(directory, HEAP, new OctetGate(1));
    }

    private static RawMessage write(Spool.Scope scope, byte[] octets) throws IOException {
        Spool spool = scope.newSpool();
        spool.write(octets);
        return spool.finish();
    }

    private static byte[] random(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        return octets;
    }

    private static final int HEAP = 64 * 1024;
}
