package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.search.FoundPage.Paging;
import org.postseal.gateway.audit.search.FoundPage.Place;

/** A search finds what reading everything finds, page by page. */
@Tag("thorough")
final class AuditSearchTest {
    private final SearchBench bench;

    AuditSearchTest(@TempDir Path folder) throws Exception {
        bench = new SearchBench(folder);
    }

    static Stream<AuditQuery> queries() {
        return Stream.of(
                AuditQuery.ALL,
                AuditQuery.ofMessage("<7.m@ours.example>"),
                AuditQuery.ofMessage("300.m@ours.example"),
                AuditQuery.ofMessage("520.m@ours.example"),
                AuditQuery.ofMessage("Q7"),
                AuditQuery.ofMessage("UQ300"),
                AuditQuery.ofMessage("7.m@ours"),
                AuditQuery.where().parts(List.of("17.m@OURS")).query(),
                AuditQuery.where().parts(List.of("bob3@", "Queued as Q30")).query(),
                AuditQuery.ofTime(
                        Optional.of(SearchBench.NOON.plusSeconds(200)), Optional.of(SearchBench.NOON.plusSeconds(320))),
                AuditQuery.ofTime(Optional.of(SearchBench.NOON.plusSeconds(250)), Optional.empty()),
                AuditQuery.ofTime(Optional.empty(), Optional.of(SearchBench.NOON.plusSeconds(1))),
                with("<Ann5@ours.example>", "", "", "", ""),
                with("PARTNER.example", "", "", "", ""),
                with("nobody@partner.example", "", "", "", ""),
                with("", "refuse", "failure", "POLICY_REFUSED", ""),
                with("bob3@partner.example", "refuse", "", "", ""),
                with("", "", "", "", Digest.SHA_256.hex("ann2@ours.example".getBytes(UTF_8))),
                with(
                        "",
                        "",
                        "",
                        "",
                        Digest.SHA_256.hex("ann2@ours.example".getBytes(UTF_8)).substring(3, 20)));
    }

    private static AuditQuery with(String address, String rule, String outcome, String reason, String certificate) {
        return AuditQuery.where()
                .address(given(address))
                .rule(given(rule))
                .outcome(given(outcome))
                .reason(given(reason))
                .certificate(given(certificate))
                .query();
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(word -> !word.isEmpty());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void theAnswerIsThatOfReadingEverything(AuditQuery query) throws IOException {
        List<String> expected = bench.read(query);
        assertThat(SearchBench.texts(bench.all(query, 1000))).isEqualTo(expected);
        assertThat(bench.find(query).remarks()).isEmpty();
        // Pages of other sizes find the same.
        assertThat(SearchBench.texts(bench.all(query, expected.size() > 50 ? 13 : 1)))
                .isEqualTo(expected);
        assertThat(SearchBench.texts(bench.all(query, 7))).isEqualTo(expected);
        // A budget makes pages shorter and loses nothing.
        assertThat(SearchBench.texts(bench.all(new Paging(50, Optional.empty(), 1), query)))
                .isEqualTo(expected);
        // Without indexes the search finds the same.
        for (Path file : bench.fullFiles()) {
            Files.delete(SegmentIndex.of(file));
        }
        assertThat(SearchBench.texts(bench.all(query, 7))).isEqualTo(expected);
        // It also finds the same in files that were compressed as a whole, with and without index, and in files that
        // are not compressed.
        for (Path file : bench.fullFiles()) {
            byte[] content = SearchBench.inflated(file);
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(content);
            }
        }
        assertThat(SearchBench.texts(bench.all(query, 7))).isEqualTo(expected);
        assertThat(AuditIndex.make(bench.config(), false).files()).hasSize(2);
        assertThat(SearchBench.texts(bench.all(query, 7))).isEqualTo(expected);
        for (Path file : bench.fullFiles()) {
            Files.write(SearchBench.plain(file), SearchBench.inflated(file));
            Files.delete(file);
        }
        assertThat(AuditIndex.make(bench.config(), false).files()).hasSize(2);
        assertThat(SearchBench.texts(bench.all(query, 7))).isEqualTo(expected);
        assertThat(bench.find(query).remarks()).isEmpty();
    }

    @Test
    void aPageGoesOnWhereTheLastOneEndedWhateverHappensMeanwhile() throws Exception {
        List<String> expected = bench.read(AuditQuery.ALL);
        List<AuditLine> found = new ArrayList<>();
        FoundPage page = bench.search().find(AuditQuery.ALL, Paging.first(40));
        found.addAll(page.lines());
        // Meanwhile the file in use is closed and compressed, and another one begins.
        bench.fill(1);
        bench.tidy();
        while (page.next().isPresent()) {
            Place next = Place.parse(page.next().get().toString()).orElseThrow();
            page = bench.search().find(AuditQuery.ALL, Paging.first(40).from(next));
            found.addAll(page.lines());
        }
        assertThat(SearchBench.texts(found)).isEqualTo(expected);
    }

    /** A search for a part may mean a line of the chain. */
    @Test
    void linesOfTheChainAreFoundByPartsAlone() throws IOException {
        assertThat(bench.find(AuditQuery.ALL).lines()).hasSize(bench.records()).noneMatch(AuditLine::isOfChain);
        assertThat(bench.find(AuditQuery.where()
                                .outcome(Optional.of("success"))
                                .from(Optional.of(SearchBench.NOON))
                                .query())
                        .lines())
                .isNotEmpty()
                .allMatch(AuditLine::isRecipientDone);
        for (String action : List.of(RecordField.SEGMENT, RecordField.CHECKPOINT)) {
            assertThat(bench.find(AuditQuery.where().parts(List.of(action)).query())
                            .lines())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allMatch(AuditLine::isOfChain);
        }
    }

    @Test
    void aLineThatIsBeingWrittenIsNoRecordYet() throws IOException {
        List<String> expected = bench.read(AuditQuery.ALL);
        Files.writeString(bench.config().file(), "{\"@timestamp\":\"2026", StandardOpenOption.APPEND);
        assertThat(SearchBench.texts(bench.all(AuditQuery.ALL, 50))).isEqualTo(expected);
    }
}
