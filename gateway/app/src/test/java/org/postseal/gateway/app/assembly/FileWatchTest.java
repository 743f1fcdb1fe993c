package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.PolicyFile;

final class FileWatchTest {
    @TempDir
    private Path folder;

    private Path file;
    private FileWatch watch;

    @BeforeEach
    void first() throws IOException {
        file = Files.writeString(folder.resolve("policy.yaml"), "first");
        watch = new FileWatch(file, PolicyFile.read(file).fingerprint());
    }

    @Test
    void whatDoesNotChangeIsNotTold() {
        assertThat(twoLooks()).isEmpty();
        assertThat(twoLooks()).isEmpty();
    }

    @Test
    void newContentIsToldOnceByTheSecondLookThatFindsIt() throws IOException {
        Files.writeString(file, "second");

        assertThat(watch.look()).isEmpty();
        assertThat(watch.look().flatMap(PolicyFile::sha256)).contains(sha256("second"));
        assertThat(twoLooks()).isEmpty();
    }

    @Test
    void aFileThatIsStillBeingWrittenIsNotTold() throws IOException {
        for (String half : new String[] {"", "sec", "second", "second and third"}) {
            Files.writeString(file, half);
            assertThat(watch.look()).isEmpty();
        }
        assertThat(watch.look().flatMap(PolicyFile::sha256)).contains(sha256("second and third"));
    }

    @Test
    void whatIsChangedBackBeforeItRestsIsNotTold() throws IOException {
        Files.writeString(file, "second");
        assertThat(watch.look()).isEmpty();
        Files.writeString(file, "first");

        assertThat(twoLooks()).isEmpty();
    }

    @Test
    void theWayBackIsAChangeToo() throws IOException {
        Files.writeString(file, "second");
        assertThat(twoLooks()).contains(sha256("second"));
        Files.writeString(file, "first");

        assertThat(twoLooks()).contains(sha256("first"));
    }

    @Test
    void aFileThatIsRenamedOverItCounts() throws IOException {
        Path next = Files.writeString(folder.resolve(".policy.yaml.swp"), "second");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        assertThat(twoLooks()).contains(sha256("second"));
    }

    @Test
    void aCheckoutThatRemovesAndMakesTheFileCountsOnce() throws IOException {
        Files.delete(file);
        assertThat(watch.look()).isEmpty();
        Files.writeString(file, "second");
        assertThat(watch.look()).isEmpty();

        assertThat(watch.look().flatMap(PolicyFile::sha256)).contains(sha256("second"));
    }

    @Test
    void contentOfTheSameLengthAndTimeCounts() throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "other");
        Files.setLastModifiedTime(file, time);

        assertThat(twoLooks()).contains(sha256("other"));
    }

    /**
     * Kubernetes mounts a ConfigMap in this way: the file is a link through {@code ..data}, which is swapped by a
     * rename.
     */
    @Test
    void aLinkOnTheWayToTheFileMaySwap() throws IOException {
        for (String version : new String[] {"one", "two"}) {
            Files.writeString(
                    Files.createDirectory(folder.resolve(".." + version)).resolve("next.yaml"), version);
        }
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
        Path link = Files.createSymbolicLink(folder.resolve("next.yaml"), Path.of("..data/next.yaml"));
        watch = new FileWatch(link, PolicyFile.read(link).fingerprint());
        assertThat(twoLooks()).isEmpty();

        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..two"));
        Files.move(
                folder.resolve("..data_tmp"),
                folder.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(twoLooks()).contains(sha256("two"));
    }

    @Test
    void thatTheFileIsGoneIsToldOnceAndThatItIsBackToo() throws IOException {
        Files.delete(file);
        assertThat(watch.look()).isEmpty();
        assertThat(watch.look().filter(PolicyFile::isMissing)).isPresent();
        assertThat(twoLooks()).isEmpty();

        Files.writeString(file, "first");
        assertThat(twoLooks()).contains(sha256("first"));
    }

    @Test
    void whatCouldNotBeTakenUpIsToldAgain() throws IOException {
        Files.writeString(file, "second");
        assertThat(twoLooks()).isPresent();
        watch.forget();

        assertThat(watch.look().flatMap(PolicyFile::sha256)).contains(sha256("second"));
        assertThat(twoLooks()).isEmpty();
    }

    @Test
    void whatWasTakenUpInAnotherWayIsNotTold() throws IOException {
        Files.writeString(file, "second");
        assertThat(watch.look()).isEmpty();
        watch.taken(PolicyFile.read(file));

        assertThat(twoLooks()).isEmpty();
    }

    private Optional<String> twoLooks() {
        Optional<PolicyFile> first = watch.look();
        return first.or(watch::look).flatMap(PolicyFile::sha256);
    }

    private String sha256(String content) throws IOException {
        Path other = Files.writeString(folder.resolve("other"), content);
        return PolicyFile.read(other).sha256().orElseThrow();
    }
}
