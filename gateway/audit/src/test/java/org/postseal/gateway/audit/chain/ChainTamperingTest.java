package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.audit.write.JsonAuditLog;

/** The verifier reports every change of a log. A checkpoint kept elsewhere shows a roll-back. */
@Tag("thorough")
final class ChainTamperingTest {
    private final Path folder;
    private final ChainBench bench;

    ChainTamperingTest(@TempDir Path folder) {
        this.folder = folder;
        bench = new ChainBench(folder);
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
                // These attackers know how links are computed, but not the key.
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
        bench.write(4);
        List<String> lines = new ArrayList<>(bench.lines());
        tampering.work().accept(lines);
        Files.write(bench.log(), lines);
        ChainReport report = bench.verify(Optional.empty());
        assertThat(report.isSound()).isFalse();
        assertThat(report.findings().getFirst().toString()).endsWith(tampering.finding());
    }

    @Test
    void noOctetCanBeChanged() throws IOException {
        bench.write(1);
        byte[] octets = Files.readAllBytes(bench.log());
        for (int i = 0; i < octets.length; i++) {
            byte[] changed = octets.clone();
            changed[i] ^= 1;
            Files.write(bench.log(), changed);
            assertThat(soundness())
                    .as("octet %d of %s", i, new String(octets, UTF_8))
                    .isFalse();
        }
    }

    private boolean soundness() {
        try {
            return bench.verify(Optional.empty()).isSound();
        } catch (IOException notEvenALog) {
            return false;
        }
    }

    @Test
    void aRollBackIsSeenByACheckpointKeptElsewhereAndByNothingElse() throws IOException {
        bench.write(4);
        byte[] early = Files.readAllBytes(bench.log());
        bench.write(4);
        Path kept = folder.resolve("kept");
        Files.writeString(kept, "Nov 26 12:00:00 gw postseal: " + bench.lines().getLast() + "\n");
        ChainReport whole = bench.verify(Optional.of(kept));
        assertThat(whole.isSound()).isTrue();
        assertThat(whole.provenTo()).hasValue(10L);

        Files.write(bench.log(), early);
        assertThat(bench.verify(Optional.empty()).isSound()).isTrue();
        assertThat(bench.verify(Optional.of(kept)).findings())
                .extracting(ChainReport.Finding::toString)
                .containsExactly("rolled back: the checkpoint of 2026-11-26T12:00:00Z covers records up to 10, the log"
                        + " ends with 6");
        // Then other records are written in the place of those that were cut off.
        try (JsonAuditLog log = JsonAuditLog.open(bench.config(Duration.ofDays(1), 1 << 20), bench::time)) {
            log.append(IntStream.range(100, 107).mapToObj(ChainBench::event).toList());
        }
        assertThat(bench.verify(Optional.of(kept)).findings().getFirst().toString())
                .endsWith("record 10 is not the one that the kept checkpoint of 2026-11-26T12:00:00Z covers");
    }

    @Test
    void aKeptCheckpointMustBeSigned() throws IOException {
        bench.write(2);
        Path kept = folder.resolve("kept");
        Files.writeString(kept, bench.lines().getLast().replaceFirst("signed_number\":[0-9]+", "signed_number\":900"));
        assertThatThrownBy(() -> bench.verify(Optional.of(kept))).hasMessageEndingWith("none of the keys has signed");
        Files.writeString(kept, "nothing\n");
        assertThatThrownBy(() -> bench.verify(Optional.of(kept))).hasMessageEndingWith("holds no checkpoint");
    }

    /** Computes all links again, as an attacker could. */
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
