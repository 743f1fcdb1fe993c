package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.audit.AuditSearch.Page;
import org.postseal.gateway.audit.AuditSearch.Paging;
import org.postseal.gateway.audit.AuditSearch.Place;

class AuditSearchTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final int EACH = 250;

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private int written;

    /** Two full files, of several chunks each, and one in use. */
    @BeforeEach
    void log() throws Exception {
        fill(2);
        tidy();
        write(EACH / 2);
        assertThat(fullFiles()).hasSize(2).allMatch(file -> file.toString().endsWith(".gz"));
        assertThat(SegmentIndex.of(fullFiles().getLast())).exists();
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
                AuditQuery.ofParts(List.of("17.m@OURS")),
                AuditQuery.ofParts(List.of("bob3@", "Queued as Q30")),
                AuditQuery.ofTime(Optional.of(NOON.plusSeconds(200)), Optional.of(NOON.plusSeconds(320))),
                AuditQuery.ofTime(Optional.of(NOON.plusSeconds(250)), Optional.empty()),
                AuditQuery.ofTime(Optional.empty(), Optional.of(NOON.plusSeconds(1))),
                with("<Ann5@ours.example>", "", "", "", ""),
                with("PARTNER.example", "", "", "", ""),
                with("nobody@partner.example", "", "", "", ""),
                with("", "refuse", "failure", "POLICY_REFUSED", ""),
                with("bob3@partner.example", "refuse", "", "", ""),
                with("", "", "", "", Link.sha256("ann2@ours.example".getBytes(UTF_8))),
                with(
                        "",
                        "",
                        "",
                        "",
                        Link.sha256("ann2@ours.example".getBytes(UTF_8)).substring(3, 20)));
    }

    private static AuditQuery with(String address, String rule, String outcome, String reason, String certificate) {
        return AuditQuery.where()
                .address(given(address))
                .rule(given(rule))
                .outcome(given(outcome))
                .reason(given(reason))
                .action(Optional.of("recipient-done"))
                .certificate(given(certificate))
                .query();
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(word -> !word.isEmpty());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void theAnswerIsThatOfReadingEverything(AuditQuery query) throws IOException {
        List<String> expected = read(query);
        assertThat(texts(all(query, 1000))).isEqualTo(expected);
        assertThat(find(query).remarks()).isEmpty();
        // page by page, of all sizes
        assertThat(texts(all(query, expected.size() > 50 ? 13 : 1))).isEqualTo(expected);
        assertThat(texts(all(query, 7))).isEqualTo(expected);
        // a budget cuts a page short and loses nothing
        assertThat(texts(all(new Paging(50, Optional.empty(), 1), query))).isEqualTo(expected);
        // without indexes
        for (Path file : fullFiles()) {
            Files.delete(SegmentIndex.of(file));
        }
        assertThat(texts(all(query, 7))).isEqualTo(expected);
        // compressed as a whole, with and without index, and not compressed
        for (Path file : fullFiles()) {
            byte[] content = inflated(file);
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(content);
            }
        }
        assertThat(texts(all(query, 7))).isEqualTo(expected);
        assertThat(AuditIndex.make(config(), false).files()).hasSize(2);
        assertThat(texts(all(query, 7))).isEqualTo(expected);
        for (Path file : fullFiles()) {
            Files.write(plain(file), inflated(file));
            Files.delete(file);
        }
        assertThat(AuditIndex.make(config(), false).files()).hasSize(2);
        assertThat(texts(all(query, 7))).isEqualTo(expected);
        assertThat(find(query).remarks()).isEmpty();
    }

    @Test
    void aPageGoesOnWhereTheLastOneEndedWhateverHappensMeanwhile() throws Exception {
        List<String> expected = read(AuditQuery.ALL);
        List<AuditLine> found = new ArrayList<>();
        Page page = search().find(AuditQuery.ALL, Paging.first(40));
        found.addAll(page.lines());
        // the file in use is closed, compressed, and another one begins
        fill(1);
        tidy();
        while (page.next().isPresent()) {
            Place next = Place.parse(page.next().get().toString()).orElseThrow();
            page = search().find(AuditQuery.ALL, Paging.first(40).from(next));
            found.addAll(page.lines());
        }
        assertThat(texts(found)).isEqualTo(expected);
    }

    @Test
    void aLineThatIsBeingWrittenIsNoRecordYet() throws IOException {
        List<String> expected = read(AuditQuery.ALL);
        Files.writeString(config().file(), "{\"@timestamp\":\"2026", StandardOpenOption.APPEND);
        assertThat(texts(all(AuditQuery.ALL, 50))).isEqualTo(expected);
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
                        (index, _) -> changed(index, 40)),
                new Forgery("entries that were changed", "has an index that is damaged", (index, _) -> {
                    byte[] forged = index.clone();
                    // none is what it was
                    for (int i = index.length - 5000; i < index.length; i++) {
                        forged[i] ^= 1;
                    }
                    return forged;
                }),
                new Forgery("of another file", "has an index that is of another file", (_, other) -> other));
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
        Path first = SegmentIndex.of(fullFiles().getFirst());
        byte[] whole = Files.readAllBytes(first);
        Files.write(
                first,
                forgery.change()
                        .of(
                                whole,
                                Files.readAllBytes(SegmentIndex.of(fullFiles().getLast()))));
        boolean isSeen = false;
        for (int i = 0; i < EACH; i++) {
            Page page = find(AuditQuery.ofMessage(i + ".m@ours.example"));
            assertThat(page.lines()).hasSize(1);
            isSeen |= page.remarks()
                    .equals(List.of("audit-000000000001.jsonl.gz " + forgery.remark() + ", all of it was read"));
        }
        assertThat(isSeen).isTrue();
        // and can be made again, the same
        assertThat(AuditIndex.make(config(), false).files())
                .containsExactly(fullFiles().getFirst());
        assertThat(Files.readAllBytes(first)).isEqualTo(whole);
        assertThat(AuditIndex.make(config(), false).files()).isEmpty();
    }

    @Test
    void anIndexOfSomebodyElseHidesNothing() throws IOException {
        // a whole and well-formed one that has nothing, by another key
        Path file = fullFiles().getLast();
        CheckpointKey foreign = CheckpointKey.readOrMake(
                new AuditConfig.CheckpointConfig(folder.resolve("foreign.pem"), 1, Duration.ofMinutes(5)));
        new IndexWriter().write(file, "", foreign);
        Page page = find(AuditQuery.ofMessage("300.m@ours.example"));
        assertThat(page.lines()).hasSize(1);
        assertThat(page.remarks())
                .containsExactly(file.getFileName()
                        + " has an index that is signed by a key that is not at hand, all of it was read");
        // what it names of the one before is not believed either
        byte[] ofFirst = Files.readAllBytes(SegmentIndex.of(fullFiles().getFirst()));
        new IndexWriter().write(fullFiles().getFirst(), "", foreign);
        byte[] header = header(SegmentIndex.of(fullFiles().getFirst()));
        new IndexWriter().write(file, IndexHeader.hash(header), foreign);
        assertThat(find(AuditQuery.ofMessage("3.m@ours.example")).lines()).hasSize(1);
        Files.write(SegmentIndex.of(fullFiles().getFirst()), ofFirst);
        assertThat(find(AuditQuery.ofMessage("3.m@ours.example")).lines()).hasSize(1);
    }

    @Test
    void withoutTheKeyIndexesAreNotUsed() throws IOException {
        List<Path> files = ChainVerifier.files(config().file());
        Page page =
                AuditSearch.ofFiles(files, List.of()).find(AuditQuery.ofMessage("3.m@ours.example"), Paging.first(5));
        assertThat(page.lines()).hasSize(1);
        assertThat(page.remarks()).hasSize(2);
        List<Path> keys = List.of(config().checkpoint().publicKey());
        Page indexed = AuditSearch.ofFiles(files, keys).find(AuditQuery.ofMessage("3.m@ours.example"), Paging.first(5));
        assertThat(texts(indexed.lines())).isEqualTo(texts(page.lines()));
        assertThat(indexed.remarks()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsSaidAndTheRestIsFound() throws IOException {
        Path file = fullFiles().getFirst();
        byte[] octets = Files.readAllBytes(file);
        Files.write(file, changed(octets, octets.length / 2));
        Files.delete(SegmentIndex.of(file));
        Page page = search().find(AuditQuery.ofParts(List.of("nowhere in it")), Paging.first(5));
        assertThat(page.remarks())
                .hasSize(1)
                .allMatch(remark -> remark.startsWith(file.getFileName() + " cannot be read: "));
        assertThat(find(AuditQuery.ofMessage("300.m@ours.example")).lines()).hasSize(1);
    }

    @Test
    void aFileThatIsBeingRotatedIsNoError() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Path elsewhere = folder.resolve("elsewhere");
        Thread gateway = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                assertThat(config().file().toFile().renameTo(elsewhere.toFile()))
                        .isTrue();
                assertThat(elsewhere.toFile().renameTo(config().file().toFile()))
                        .isTrue();
            }
        });
        try {
            for (int i = 0; i < 2000; i++) {
                assertThat(search().find(AuditQuery.ALL, Paging.first(1)).lines())
                        .hasSize(1);
            }
        } finally {
            done.set(true);
            gateway.join();
        }
    }

    @Test
    void whatSomebodyMadeOfTheFileInUseIsNotTheFileInUse() throws IOException {
        Path current = config().file();
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(current.resolveSibling(current.getFileName() + ".gz")))) {
            out.write(Files.readAllBytes(current));
        }
        Files.delete(current);
        assertThat(texts(all(AuditQuery.ALL, 50))).isEqualTo(read(AuditQuery.ALL));
    }

    @Test
    void whereChunksBeginInAPlainFileIsNotBelievedOfTheCompressedOne() throws Exception {
        Path compressed = fullFiles().getLast();
        Path plain = plain(compressed);
        Files.write(plain, inflated(compressed));
        Files.delete(compressed);
        assertThat(AuditIndex.make(config(), false).files()).containsExactly(plain);
        AuditQuery query = AuditQuery.ofMessage("450.m@ours.example");
        SearchRun run = new SearchRun(
                query,
                Paging.first(5),
                new IndexTrust(
                        CheckpointKey.readPublic(List.of(config().checkpoint().publicKey()))));
        Segments.Segment segment = new Segments(config().file()).full().getLast();
        Optional<SearchRun.Candidates> candidates = run.candidates(segment);
        assertThat(candidates).isPresent();
        // between the two
        archive().tidy();
        assertThat(plain).doesNotExist();
        run.look(segment, candidates.get());
        assertThat(texts(run.page().lines())).isEqualTo(read(query)).hasSize(1);
        assertThat(run.page().remarks()).isEmpty();
    }

    @Test
    void aGivenFileMustBeThere() throws IOException {
        Path typing = folder.resolve("typo.jsonl");
        AuditSearch search = AuditSearch.ofFiles(List.of(typing, config().file()), List.of());
        assertThatThrownBy(() -> search.find(AuditQuery.ALL, Paging.first(1)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(typing.toString());
        assertThatThrownBy(() -> search.forEach(AuditQuery.ALL, _ -> {}))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(typing.toString());
        // one that was compressed since it was listed is
        List<Path> plain = fullFiles().stream().map(AuditSearchTest::plain).toList();
        assertThat(AuditSearch.ofFiles(plain, List.of())
                        .find(AuditQuery.ALL, Paging.first(1))
                        .lines())
                .hasSize(1);
    }

    @Test
    void nothingIsAnErrorThatNamesTheFile() {
        AuditConfig other = AuditConfig.of(folder.resolve("other/audit.jsonl"));
        assertThatThrownBy(() -> AuditSearch.of(other).find(AuditQuery.ALL, Paging.first(1)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(folder.resolve("other/audit.jsonl").toString());
    }

    @Test
    void aFolderThatCannotBeWrittenToIsSearched() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThat(find(AuditQuery.ofMessage("3.m@ours.example")).lines()).hasSize(1);
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void compressedFilesAreWholeForOtherPrograms() throws Exception {
        for (Path file : fullFiles()) {
            assertThat(command("gzip", "-t", file.toString())).isEmpty();
            assertThat(command("zcat", file.toString()).getBytes(UTF_8)).isEqualTo(inflated(file));
        }
        assertThat(ChainVerifier.verify(
                                List.of(ChainVerifier.files(config().file())),
                                List.of(config().checkpoint().publicKey()),
                                Optional.empty())
                        .getFirst()
                        .isSound())
                .isTrue();
    }

    @Test
    void theIndexGoesWithItsFile() throws IOException {
        Path index = SegmentIndex.of(fullFiles().getFirst());
        now.set(NOON.plus(Duration.ofDays(100_000)));
        // as after a crash between the two
        Files.delete(fullFiles().getFirst());
        archive().tidy();
        assertThat(index).doesNotExist();
        assertThat(SegmentIndex.of(fullFiles().getFirst())).exists();
    }

    private static byte[] header(Path index) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(Files.readAllBytes(index)).position(Long.BYTES);
        byte[] header = new byte[octets.getInt()];
        octets.get(header);
        return header;
    }

    private static byte[] changed(byte[] octets, int at) {
        byte[] changed = octets.clone();
        changed[at] ^= 1;
        return changed;
    }

    private Page find(AuditQuery query) throws IOException {
        return search().find(query, Paging.first(1000));
    }

    private AuditSearch search() {
        return AuditSearch.of(config());
    }

    private List<AuditLine> all(AuditQuery query, int size) throws IOException {
        return all(Paging.first(size), query);
    }

    private List<AuditLine> all(Paging first, AuditQuery query) throws IOException {
        List<AuditLine> all = new ArrayList<>();
        Page page = search().find(query, first);
        all.addAll(page.lines());
        while (page.next().isPresent()) {
            page = search().find(query, first.from(page.next().get()));
            all.addAll(page.lines());
        }
        return all;
    }

    /** By reading everything, newest first. */
    private List<String> read(AuditQuery query) throws IOException {
        List<String> read = new ArrayList<>();
        for (Path file : ChainVerifier.files(config().file())) {
            try (SegmentReader reader = SegmentReader.open(file)) {
                for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                    AuditLine.read(new String(line.get(), UTF_8))
                            .filter(query::fits)
                            .ifPresent(record -> read.add(record.text()));
                }
            }
        }
        Collections.reverse(read);
        return read;
    }

    private static List<String> texts(List<AuditLine> lines) {
        return lines.stream().map(AuditLine::text).toList();
    }

    private void fill(int files) throws IOException {
        for (int i = 0; i < files; i++) {
            try (JsonAuditLog log = JsonAuditLog.open(config(), now::get)) {
                log.append(records(EACH));
            }
        }
    }

    /** Also by the log's own thread. */
    private void tidy() throws Exception {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("audit-compress")) {
                thread.join();
            }
        }
        archive().tidy();
    }

    private void write(int records) throws IOException {
        try (JsonAuditLog log = JsonAuditLog.open(config(), now::get)) {
            log.append(records(records));
        }
    }

    private List<AuditEvent> records(int number) {
        List<AuditEvent> records = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int n = written++;
            now.set(NOON.plusSeconds(n));
            records.add(Records.done(
                    now.get(),
                    "Q" + n,
                    "<" + n + ".m@ours.example>",
                    "ann" + n % 10 + "@ours.example",
                    "Bob" + n % 17 + "@Partner.example",
                    n % 50 == 3 ? "refuse" : "rest"));
        }
        return records;
    }

    private List<Path> fullFiles() throws IOException {
        return new Segments(config().file())
                .full().stream().map(Segments.Segment::file).toList();
    }

    private static Path plain(Path compressed) {
        return compressed.resolveSibling(compressed.getFileName().toString().replace(".gz", ""));
    }

    private static byte[] inflated(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }

    private static String command(String... words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return said;
    }

    private SegmentArchive archive() throws IOException {
        return new SegmentArchive(new Segments(config().file()), CheckpointKey.readOrMake(config().checkpoint()));
    }

    private AuditConfig config() {
        AuditConfig whole = AuditConfig.of(folder.resolve("audit.jsonl"));
        return new AuditConfig(
                whole.file(),
                whole.adminFile(),
                whole.checkpoint(),
                300_000,
                Duration.ofDays(10),
                Duration.ofDays(100));
    }
}
