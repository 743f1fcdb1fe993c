package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.search.SegmentArchive;
import org.postseal.gateway.audit.write.JsonAuditLog;

class EvidenceReaderTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void recordsOfFilesThatAreCompressedAreProven() throws IOException {
        // The log gets 200 records of more than a kilobyte each, in files of 64 KiB, with a checkpoint after each ten.
        try (JsonAuditLog log = JsonAuditLog.open(config(), () -> NOON)) {
            for (int i = 0; i < 200; i++) {
                log.append(List.of(Records.done(
                        NOON, "Q" + i, "<" + i + "@ours.example>", "ann@ours.example", "bob@partner.example", "rest")));
            }
        }
        new SegmentArchive(new Segments(config().file()), CheckpointKey.readOrMake(config().checkpoint())).tidy();
        List<Path> files = ChainVerifier.files(config().file());
        assertThat(files).hasSizeGreaterThan(1);
        assertThat(files.getFirst().toString()).endsWith(".gz");
        List<Evidence.Proof> proofs = proofs(List.of(150L, 2L, 4L));
        assertThat(proofs).hasSize(2);
        assertThat(proofs.getFirst().steps().stream().map(EvidenceReaderTest::name))
                .startsWith("shown 2", "hidden 3 to 3", "shown 4")
                .hasSize(4);
        assertThat(proofs.getLast().steps().stream().map(EvidenceReaderTest::name))
                .startsWith("shown 150");
    }

    @Test
    void whoeverMadeNewLinksDoesNotHaveTheKey() throws IOException {
        try (JsonAuditLog log = JsonAuditLog.open(config(), () -> NOON)) {
            log.append(IntStream.range(0, 3)
                    .<AuditEvent>mapToObj(
                            i -> new AuditEvent.NoticeSent(NOON, "Q" + i, "bob@partner.example", "250 ok"))
                    .toList());
        }
        assertThat(proofs(List.of(3L))).hasSize(1);
        List<String> lines = new ArrayList<>();
        Link link = Link.BEGINNING;
        for (String line : Files.readAllLines(config().file())) {
            String object = line.replace("\"Q1\"", "\"Q9\"")
                    .replaceFirst(",\"postseal.chain.number\":.*", "}\n")
                    .replaceFirst("(signed_hash\":\")[0-9a-f]+", "$1" + link.hash());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            link = link.append(object.getBytes(UTF_8), out);
            lines.add(out.toString(UTF_8).strip());
        }
        Files.write(config().file(), lines);
        assertThat(EvidenceReader.read(config(), List.of(), List.of(3L)))
                .isEqualTo(new Evidence.Broken("the signature of the checkpoint, record 5, does not fit"));
        assertThat(EvidenceReader.read(config(), List.of(), List.of(7L)))
                .isEqualTo(new Evidence.Broken("record 7 is not where it was"));
    }

    private List<Evidence.Proof> proofs(List<Long> numbers) throws IOException {
        Evidence evidence = EvidenceReader.read(config(), List.of(), numbers);
        assertThat(evidence).isInstanceOf(Evidence.Complete.class);
        return ((Evidence.Complete) evidence).proofs();
    }

    private static String name(Evidence.Step step) {
        return switch (step) {
            case Evidence.Shown shown -> "shown " + shown.number();
            case Evidence.Hidden hidden -> "hidden " + hidden.first() + " to " + hidden.last();
        };
    }

    private AuditConfig config() {
        return new ChainBench(folder).config(Duration.ofDays(1), 64 << 10);
    }
}
