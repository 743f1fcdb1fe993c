package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.search.FoundPage.Paging;

/** Searches a log whose files cannot be read, are moved, or are not there. */
@Tag("thorough")
final class AuditSearchFilesTest {
    private final Path folder;
    private final SearchBench bench;

    AuditSearchFilesTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        bench = new SearchBench(folder);
    }

    @Test
    void whatCannotBeReadIsSaidAndTheRestIsFound() throws IOException {
        Path file = bench.fullFiles().getFirst();
        byte[] octets = Files.readAllBytes(file);
        // A gzip header has octets that no reader looks at (RFC 1952 §2.3), so that more than a header is damaged.
        int middle = octets.length / 2;
        Arrays.fill(octets, middle, middle + 32, (byte) 0xAA);
        Files.write(file, octets);
        Files.delete(SegmentIndex.of(file));
        FoundPage page = bench.search()
                .find(AuditQuery.where().parts(List.of("nowhere in it")).query(), Paging.first(5));
        assertThat(page.remarks())
                .hasSize(1)
                .allMatch(remark -> remark.startsWith(file.getFileName() + " cannot be read: "));
        assertThat(bench.find(AuditQuery.ofMessage("300.m@ours.example")).lines())
                .hasSize(1);
    }

    @Test
    void aFileThatIsBeingRotatedIsNoError() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Path elsewhere = folder.resolve("elsewhere");
        Thread gateway = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                assertThat(bench.config().file().toFile().renameTo(elsewhere.toFile()))
                        .isTrue();
                assertThat(elsewhere.toFile().renameTo(bench.config().file().toFile()))
                        .isTrue();
            }
        });
        try {
            for (int i = 0; i < 500; i++) {
                assertThat(bench.search().find(AuditQuery.ALL, Paging.first(1)).lines())
                        .hasSize(1);
            }
        } finally {
            done.set(true);
            gateway.join();
        }
    }

    @Test
    void whatSomebodyMadeOfTheFileInUseIsNotTheFileInUse() throws IOException {
        Path current = bench.config().file();
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(current.resolveSibling(current.getFileName() + ".gz")))) {
            out.write(Files.readAllBytes(current));
        }
        Files.delete(current);
        assertThat(SearchBench.texts(bench.all(AuditQuery.ALL, 50))).isEqualTo(bench.read(AuditQuery.ALL));
    }

    @Test
    void aGivenFileMustBeThere() throws IOException {
        Path typing = folder.resolve("typo.jsonl");
        AuditSearch search = AuditSearch.ofFiles(List.of(typing, bench.config().file()), List.of());
        assertThatThrownBy(() -> search.find(AuditQuery.ALL, Paging.first(1)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(typing.toString());
        assertThatThrownBy(() -> search.forEach(AuditQuery.ALL, _ -> {}))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(typing.toString());
        // A file that was compressed since it was listed is found.
        List<Path> plain = bench.fullFiles().stream().map(SearchBench::plain).toList();
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
            assertThat(bench.find(AuditQuery.ofMessage("3.m@ours.example")).lines())
                    .hasSize(1);
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void compressedFilesAreWholeForOtherPrograms() throws Exception {
        for (Path file : bench.fullFiles()) {
            assertThat(command("gzip", "-t", file.toString())).isEmpty();
            assertThat(command("zcat", file.toString()).getBytes(UTF_8)).isEqualTo(SearchBench.inflated(file));
        }
        assertThat(ChainVerifier.verify(
                                List.of(ChainVerifier.files(bench.config().file())),
                                List.of(bench.config().checkpoint().publicKey()),
                                Optional.empty())
                        .getFirst()
                        .isSound())
                .isTrue();
    }

    private static String command(String... words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return said;
    }
}
