package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.key.batch.CryptoMb.Found;

class RsaBatchesTest {
    @TempDir
    private Path folder;

    @Test
    void areOnIfTheLibraryIsRight() {
        Path mark = folder.resolve("mark");
        try (RsaBatches batches = RsaBatches.tested(mark, () -> new Found.Present(new FakeLanes()))) {
            assertThat(batches.state()).isEqualTo("on, by libcrypto-mb");
            assertThat(batches.isOn()).isTrue();
            assertThat(mark).exists();
        }
    }

    @Test
    void theMarkStandsDuringTheSelfTest() throws IOException {
        Path mark = folder.resolve("mark");
        FakeLanes lanes = new FakeLanes();
        lanes.before = _ -> assertThat(set(mark)).isTrue();
        try (RsaBatches batches = RsaBatches.tested(mark, () -> {
            assertThat(set(mark)).isTrue();
            return new Found.Present(lanes);
        })) {
            assertThat(batches.state()).isEqualTo("on, by libcrypto-mb");
            assertThat(lanes.roots).hasSize(3);
            assertThat(set(mark)).isFalse();
        }
    }

    @Test
    void areOffIfALaneLies() throws IOException {
        for (int lane = 0; lane < Lanes.NUMBER; lane++) {
            FakeLanes lanes = new FakeLanes();
            lanes.lying.add(lane);
            try (RsaBatches batches = RsaBatches.tested(folder.resolve("mark"), () -> new Found.Present(lanes))) {
                assertThat(batches.state()).isEqualTo("off, the self-test failed: a wrong answer for 2048 bits");
            }
        }
        assertThat(set(folder.resolve("mark"))).isFalse();
    }

    @Test
    void areOffIfLanesThrow() {
        FakeLanes lanes = new FakeLanes();
        lanes.before = _ -> {
            throw new LinkageError("broken");
        };
        try (RsaBatches batches = RsaBatches.tested(folder.resolve("mark"), () -> new Found.Present(lanes))) {
            assertThat(batches.state()).isEqualTo("off, the self-test failed: java.lang.LinkageError: broken");
        }
    }

    @Test
    void areOffWithoutTheLibrary() {
        try (RsaBatches batches = RsaBatches.tested(folder.resolve("mark"), () -> new Found.Absent("not there"))) {
            assertThat(batches.state()).isEqualTo("off, not there");
            assertThat(batches.isOn()).isFalse();
            assertThat(batches.figures()).isEqualTo(new BatchFigures(0, 0, 0, 0, 0));
            assertThat(batches.serves(TestKey.generate(2048).key())).isFalse();
        }
    }

    /** The administrator removes the file, and nobody else does: the next start is off as well. */
    @Test
    void areOffAfterAProcessEndedDuringABatch() throws IOException {
        Path mark = folder.resolve("mark");
        try (RunningMark before = RunningMark.open(mark)) {
            before.begin();
        }
        String off = "off, a process ended while a batch ran; remove " + mark + " to try again";
        for (int start = 0; start < 2; start++) {
            try (RsaBatches batches = RsaBatches.tested(mark, () -> {
                throw new AssertionError("the library is loaded");
            })) {
                assertThat(batches.state()).isEqualTo(off);
            }
        }
        assertThat(RsaBatches.look(true, mark))
                .isEqualTo(CryptoMb.unfitProcessor().map(why -> "off, " + why).orElse(off));
        Files.delete(mark);
        try (RsaBatches batches = RsaBatches.tested(mark, () -> new Found.Present(new FakeLanes()))) {
            assertThat(batches.isOn()).isTrue();
        }
    }

    @Test
    void areOffAfterACrash() throws Exception {
        Path mark = folder.resolve("mark");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Crash.class.getName(),
                        mark.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isEqualTo(Crash.STATUS);
        try (RsaBatches batches = RsaBatches.tested(mark, () -> new Found.Present(new FakeLanes()))) {
            assertThat(batches.state())
                    .isEqualTo("off, a process ended while a batch ran; remove " + mark + " to try again");
        }
    }

    /** A process whose lanes end it. */
    static final class Crash {
        private static final int STATUS = 134;

        private Crash() {}

        public static void main(String[] arguments) {
            FakeLanes lanes = new FakeLanes();
            lanes.before = _ -> Runtime.getRuntime().halt(STATUS);
            var _ = RsaBatches.tested(Path.of(arguments[0]), () -> new Found.Present(lanes));
        }
    }

    @Test
    void areOffIfNoMarkCanBeSet() {
        Path mark = folder.resolve("none/mark");
        try (RsaBatches batches = RsaBatches.tested(mark, () -> new Found.Present(new FakeLanes()))) {
            assertThat(batches.state()).isEqualTo("off, no mark can be set: " + mark);
        }
    }

    @Test
    void areOffIfNobodyWantsThem() {
        Path mark = folder.resolve("mark");
        try (RsaBatches batches = RsaBatches.start(false, mark)) {
            assertThat(batches.state()).isEqualTo("off, crypto.batch is off");
            assertThat(RsaBatches.current()).isSameAs(batches);
        }
        assertThat(RsaBatches.look(false, mark)).isEqualTo("off, crypto.batch is off");
        assertThat(RsaBatches.current().state()).isEqualTo("off, not started");
        assertThat(mark).doesNotExist();
    }

    /** What is true depends on the machine: the library and the processor are there, or it is said what is missing. */
    @Test
    void areWhatTheMachineCan() {
        Path mark = folder.resolve("mark");
        Optional<String> missing = CryptoMb.unfitProcessor().or(() -> switch (CryptoMb.find()) {
            case Found.Present _ -> Optional.empty();
            case Found.Absent(String why) -> Optional.of(why);
        });
        String state = missing.map(why -> "off, " + why).orElse("on, by libcrypto-mb");
        assertThat(RsaBatches.look(true, mark)).isEqualTo(state);
        assertThat(mark).doesNotExist();
        try (RsaBatches batches = RsaBatches.start(true, mark)) {
            assertThat(batches.state()).isEqualTo(state);
            assertThat(RsaBatches.look(true, mark))
                    .isEqualTo(
                            batches.isOn()
                                    ? "as the running gateway says in its log: " + mark
                                            + " is in use by another gateway"
                                    : state);
        }
        assertThat(missing.orElse("libcrypto_mb.so.11 is not installed, or cannot be loaded"))
                .isIn("libcrypto_mb.so.11 is not installed, or cannot be loaded", "the processor has no AVX-512 IFMA");
    }

    private static boolean set(Path mark) {
        try {
            return Files.readAllBytes(mark)[0] != 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
