package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.chain.ChainReport.Finding;
import org.postseal.gateway.audit.write.JsonAuditLog;

/** Verifies a log by stamped checkpoints. How stamps are judged does not matter here. */
final class KeptStampsTest {
    private static final Instant LATER = Instant.parse("2026-11-26T13:00:00Z");
    private static final Stamp.Good GOOD = new Stamp.Good(LATER, Optional.empty(), "CN=TSA", "not known");
    private static final String WHAT =
            "checkpoint of 2026-11-26T12:00:00Z, stamped 2026-11-26T13:00:00Z by CN=TSA (audit-000000000010.tsr), ";

    private final Path folder;
    private final ChainBench bench;

    KeptStampsTest(@TempDir Path folder) {
        this.folder = folder;
        bench = new ChainBench(folder);
    }

    @Test
    void whatIsStampedIsProvenOnlyByWhatWasKeptElsewhere() throws IOException {
        bench.write(4);
        KeptStamp first = stamp(true);
        bench.write(4);
        KeptStamp second = stamp(true);
        assertThat(second.name()).isEqualTo("audit-000000000010.tsr");

        ChainReport proven = verify(List.of(first, second));
        assertThat(proven.findings()).isEmpty();
        assertThat(proven.provenTo()).hasValue(10L);
        assertThat(proven.stamped()).contains(new ChainReport.Stamped(10, GOOD));

        ChainReport beside = verify(List.of(beside(first), beside(second)));
        assertThat(beside.findings()).isEmpty();
        assertThat(beside.provenTo()).isEmpty();
        assertThat(beside.stamped()).isEqualTo(proven.stamped());
    }

    @Test
    void ofTwoStampsOfOneCheckpointTheEarlierCounts() throws IOException {
        bench.write(4);
        KeptStamp late = stamp(true);
        Stamp.Good early =
                new Stamp.Good(LATER.minusSeconds(60), Optional.of(Duration.ofSeconds(59)), "CN=Other", "not known");
        KeptStamp other = new KeptStamp("other.tsr", late.checkpoint(), early, true);
        assertThat(verify(List.of(late, other)).stamped()).contains(new ChainReport.Stamped(5, early));
    }

    @Test
    void aStampFromMinutesBeforeItsCheckpointIsNamedUnlessItIsThatInaccurate() throws IOException {
        bench.write(4);
        KeptStamp stamp = stamp(false);
        Duration minutes = Duration.ofMinutes(5);
        Instant then = ChainBench.NOON.minus(minutes);
        assertThat(verify(List.of(at(stamp, then, Duration.ZERO))).findings()).isEmpty();
        Instant before = then.minusMillis(1500);
        assertThat(verify(List.of(at(stamp, before, Duration.ofMillis(1500)))).findings())
                .isEmpty();
        ChainReport report = verify(List.of(at(stamp, before, Duration.ofMillis(1499))));
        assertThat(report.findings())
                .containsExactly(new Finding(
                        "audit-000000000005.tsr",
                        "stamped 2026-11-26T11:54:58.500Z (accuracy 1.499s) by CN=TSA,"
                                + " before 2026-11-26T12:00:00Z when its checkpoint says that it was signed:"
                                + " the gateway's clock was ahead, or the authority's behind"));
        // The stamp counts nevertheless.
        assertThat(report.stamped())
                .hasValueSatisfying(stamped -> assertThat(stamped.to()).isEqualTo(5));
    }

    private static KeptStamp at(KeptStamp stamp, Instant time, Duration accuracy) {
        return new KeptStamp(
                stamp.name(),
                stamp.checkpoint(),
                new Stamp.Good(time, Optional.of(accuracy), "CN=TSA", "not known"),
                false);
    }

    @Test
    void aRollBackIsNamedWithTheTimeThatProvesIt() throws IOException {
        bench.write(4);
        byte[] early = Files.readAllBytes(bench.log());
        bench.write(4);
        KeptStamp stamp = beside(stamp(true));
        Files.write(bench.log(), early);
        assertThat(verify(List.of()).isSound()).isTrue();
        assertThat(verify(List.of(stamp)).findings())
                .containsExactly(
                        new Finding("", "rolled back: the " + WHAT + "covers records up to 10, the log ends with 6"));
        assertThat(verify(List.of(stamp)).stamped()).isEmpty();

        // Then other records, all signed, are written in the place of those that were cut off.
        try (JsonAuditLog log = JsonAuditLog.open(bench.config(Duration.ofDays(1), 1 << 20), bench::time)) {
            log.append(IntStream.range(100, 107).mapToObj(ChainBench::event).toList());
        }
        assertThat(verify(List.of(stamp)).findings())
                .singleElement()
                .extracting(Finding::what)
                .isEqualTo("record 10 is not the one that the kept " + WHAT + "covers");
    }

    @Test
    void aStampOfAnotherLogIsNamed() throws IOException {
        bench.write(9);
        KeptStamp stamp = stamp(true);
        Files.delete(bench.log());
        bench.write(1);
        assertThat(verify(List.of(stamp)).findings())
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .startsWith("the kept " + WHAT + "is of a chain that is not here, ");

        Files.delete(bench.log());
        Files.delete(bench.publicKey());
        Files.delete(folder.resolve("audit-key.pem"));
        bench.write(1);
        assertThat(verify(List.of(stamp)).findings())
                .containsExactly(new Finding(
                        "audit-000000000010.tsr",
                        "a stamp of another log: none of the keys has signed its checkpoint"));
    }

    @Test
    void aStampThatProvesNothingIsNamedAndItsCheckpointDoesNotCount() throws IOException {
        bench.write(8);
        KeptStamp stamp = stamp(true);
        KeptStamp bad = new KeptStamp("a.tsr", stamp.checkpoint(), new Stamp.Bad("is a stamp of other octets"), true);
        byte[] two = (new String(stamp.checkpoint(), UTF_8) + new String(stamp.checkpoint(), UTF_8)).getBytes(UTF_8);
        ChainReport report = verify(List.of(
                bad,
                new KeptStamp("b.tsr", "nothing\n".getBytes(UTF_8), GOOD, true),
                new KeptStamp("c.tsr", new byte[0], GOOD, true),
                new KeptStamp("d.tsr", two, GOOD, true)));
        assertThat(report.findings())
                .containsExactly(
                        new Finding("a.tsr", "the stamp does not verify: is a stamp of other octets"),
                        new Finding("b.tsr", "what was stamped is no checkpoint"),
                        new Finding("c.tsr", "what was stamped is no checkpoint"),
                        new Finding("d.tsr", "what was stamped is no checkpoint"));
        assertThat(report.provenTo()).isEmpty();
        assertThat(report.stamped()).isEmpty();
    }

    @Test
    void stampsOfWhatWasErasedAreNoSignOfTampering() throws Exception {
        bench.rotated(Duration.ofDays(200), 3);
        Path oldest = ChainVerifier.files(bench.log()).getFirst();
        LoneCheckpoint first = ((CheckpointSearch.Result.Found) search().covering(1)).checkpoint();
        KeptStamp stamp = at(stamp(first, false), first.time(), Duration.ZERO);
        bench.passTo(ChainBench.NOON.plus(Duration.ofDays(800)));
        bench.write(1);
        assertThat(oldest).doesNotExist();
        ChainReport report = verify(List.of(stamp));
        assertThat(report.findings()).isEmpty();
        assertThat(report.isErasedSince()).as("nothing was kept elsewhere").isFalse();
        assertThat(report.stamped()).isEmpty();
    }

    private CheckpointSearch search() throws IOException {
        return new CheckpointSearch(bench.log(), "audit", List.of(bench.publicKey()));
    }

    private KeptStamp stamp(boolean isElsewhere) throws IOException {
        return stamp(((CheckpointSearch.Result.Found) search().newest()).checkpoint(), isElsewhere);
    }

    private static KeptStamp stamp(LoneCheckpoint checkpoint, boolean isElsewhere) {
        return new KeptStamp(checkpoint.name() + ".tsr", checkpoint.octets(), GOOD, isElsewhere);
    }

    private static KeptStamp beside(KeptStamp stamp) {
        return new KeptStamp(stamp.name(), stamp.checkpoint(), stamp.stamp(), false);
    }

    private ChainReport verify(List<KeptStamp> stamps) throws IOException {
        return ChainVerifier.verify(
                        List.of(ChainVerifier.files(bench.log())), List.of(bench.publicKey()), Optional.empty(), stamps)
                .getFirst();
    }
}
