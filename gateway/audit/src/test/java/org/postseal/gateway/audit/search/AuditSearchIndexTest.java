package org.postseal.gateway.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.search.FoundPage.Paging;

/** An index leads to records and hides none, even if somebody else wrote it. */
@Tag("thorough")
final class AuditSearchIndexTest {
    private final Path folder;
    private final SearchBench bench;

    AuditSearchIndexTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        bench = new SearchBench(folder);
    }

    static Stream<Forgery> forgeries() {
        return Stream.of(
                new Forgery("empty", "has an index that is none, or of another version", (index, _) -> new byte[0]),
                new Forgery("garbage", "has an index that is none, or of another version", (_, _) -> new byte[4096]),
                new Forgery(
                        "cut in the header",
                        "has an index that is none, or of another version",
                        (index, _) -> Arrays.copyOf(index, 100)),
                new Forgery(
                        "cut at the end",
                        "has an index that is damaged",
                        (index, _) -> Arrays.copyOf(index, index.length - 4000)),
                new Forgery(
                        "a header that was changed",
                        "has an index that is not what was signed",
                        (index, _) -> SearchBench.changed(index, 40)),
                new Forgery("entries that were changed", "has an index that is damaged", (index, _) -> {
                    byte[] forged = index.clone();
                    // Every entry is changed.
                    for (int i = index.length - 5000; i < index.length; i++) {
                        forged[i] ^= 1;
                    }
                    return forged;
                }),
                new Forgery("of another file", "has an index that is of another file", (_, other) -> other));
    }

    /** A reader who may read the log by its group may also read the index. */
    @Test
    void whatRootHasIndexedBelongsToTheOwnerOfTheLog() throws Exception {
        assumeTrue(Files.getOwner(folder).getName().equals("root"), "only root may give files away");
        UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
        PosixFileAttributeView log = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        log.setOwner(names.lookupPrincipalByName("nobody"));
        log.setGroup(names.lookupPrincipalByGroupName("nogroup"));
        assertThat(AuditIndex.make(bench.config(), true).files()).hasSize(2);
        for (Path file : bench.fullFiles()) {
            PosixFileAttributes index = Files.readAttributes(SegmentIndex.of(file), PosixFileAttributes.class);
            assertThat(index.owner().getName()).isEqualTo("nobody");
            assertThat(index.group().getName()).isEqualTo("nogroup");
            assertThat(PosixFilePermissions.toString(index.permissions())).isEqualTo("rw-r-----");
        }
    }

    record Forgery(String name, String remark, Change change) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Change {
        byte[] of(byte[] index, byte[] other);
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void aForgedIndexHidesNothing(Forgery forgery) throws IOException {
        Path first = SegmentIndex.of(bench.fullFiles().getFirst());
        byte[] whole = Files.readAllBytes(first);
        Files.write(
                first,
                forgery.change()
                        .of(
                                whole,
                                Files.readAllBytes(
                                        SegmentIndex.of(bench.fullFiles().getLast()))));
        boolean isSeen = false;
        for (int i = 0; i < SearchBench.EACH; i += 9) {
            FoundPage page = bench.find(AuditQuery.ofMessage(i + ".m@ours.example"));
            assertThat(page.lines()).hasSize(1);
            isSeen |= page.remarks()
                    .equals(List.of("audit-000000000001.jsonl.gz " + forgery.remark() + ", all of it was read"));
        }
        assertThat(isSeen).isTrue();
        // The same index can be made again.
        assertThat(AuditIndex.make(bench.config(), false).files())
                .containsExactly(bench.fullFiles().getFirst());
        assertThat(Files.readAllBytes(first)).isEqualTo(whole);
        assertThat(AuditIndex.make(bench.config(), false).files()).isEmpty();
    }

    @Test
    void anIndexOfSomebodyElseHidesNothing() throws IOException {
        // This index is complete and well-formed, has no entries, and is signed by another key.
        Path file = bench.fullFiles().getLast();
        CheckpointKey foreign = CheckpointKey.readOrMake(
                new AuditConfig.CheckpointConfig(folder.resolve("foreign.pem"), 1, Duration.ofMinutes(5)));
        new IndexWriter().write(file, "", foreign);
        FoundPage page = bench.find(AuditQuery.ofMessage("300.m@ours.example"));
        assertThat(page.lines()).hasSize(1);
        assertThat(page.remarks())
                .containsExactly(file.getFileName()
                        + " has an index that is signed by a key that is not at hand, all of it was read");
        // The index that it names for the file before is not trusted either.
        byte[] ofFirst = Files.readAllBytes(SegmentIndex.of(bench.fullFiles().getFirst()));
        new IndexWriter().write(bench.fullFiles().getFirst(), "", foreign);
        byte[] header = header(SegmentIndex.of(bench.fullFiles().getFirst()));
        new IndexWriter().write(file, IndexHeader.hash(header), foreign);
        assertThat(bench.find(AuditQuery.ofMessage("3.m@ours.example")).lines()).hasSize(1);
        Files.write(SegmentIndex.of(bench.fullFiles().getFirst()), ofFirst);
        assertThat(bench.find(AuditQuery.ofMessage("3.m@ours.example")).lines()).hasSize(1);
    }

    @Test
    void withoutTheKeyIndexesAreNotUsed() throws IOException {
        List<Path> files = ChainVerifier.files(bench.config().file());
        FoundPage page =
                AuditSearch.ofFiles(files, List.of()).find(AuditQuery.ofMessage("3.m@ours.example"), Paging.first(5));
        assertThat(page.lines()).hasSize(1);
        assertThat(page.remarks()).hasSize(2);
        List<Path> keys = List.of(bench.config().checkpoint().publicKey());
        FoundPage indexed =
                AuditSearch.ofFiles(files, keys).find(AuditQuery.ofMessage("3.m@ours.example"), Paging.first(5));
        assertThat(SearchBench.texts(indexed.lines())).isEqualTo(SearchBench.texts(page.lines()));
        assertThat(indexed.remarks()).isEmpty();
    }

    @Test
    void whereChunksBeginInAPlainFileIsNotBelievedOfTheCompressedOne() throws Exception {
        Path compressed = bench.fullFiles().getLast();
        Path plain = SearchBench.plain(compressed);
        Files.write(plain, SearchBench.inflated(compressed));
        Files.delete(compressed);
        assertThat(AuditIndex.make(bench.config(), false).files()).containsExactly(plain);
        AuditQuery query = AuditQuery.ofMessage("450.m@ours.example");
        SearchRun run = new SearchRun(
                query,
                Paging.first(5),
                new IndexTrust(CheckpointKey.readPublic(
                        List.of(bench.config().checkpoint().publicKey()))));
        Segments.Segment segment = new Segments(bench.config().file()).full().getLast();
        Optional<SearchRun.Candidates> candidates = run.candidates(segment);
        assertThat(candidates).isPresent();
        // The file is compressed between the look into the index and that into the file.
        bench.archive().tidy();
        assertThat(plain).doesNotExist();
        run.look(segment, candidates.get());
        assertThat(SearchBench.texts(run.page().lines()))
                .isEqualTo(bench.read(query))
                .hasSize(1);
        assertThat(run.page().remarks()).isEmpty();
    }

    @Test
    void theIndexGoesWithItsFile() throws IOException {
        Path index = SegmentIndex.of(bench.fullFiles().getFirst());
        bench.at(SearchBench.NOON.plus(Duration.ofDays(100_000)));
        // This is the state after a crash between the removal of the file and that of its index.
        Files.delete(bench.fullFiles().getFirst());
        bench.archive().tidy();
        assertThat(index).doesNotExist();
        assertThat(SegmentIndex.of(bench.fullFiles().getFirst())).exists();
    }

    private static byte[] header(Path index) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(Files.readAllBytes(index)).position(Long.BYTES);
        byte[] header = new byte[octets.getInt()];
        octets.get(header);
        return header;
    }
}
