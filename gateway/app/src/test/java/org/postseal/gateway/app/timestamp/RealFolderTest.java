package org.postseal.gateway.app.timestamp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner of the folder around may put anything there. Nothing is read or written through a link of theirs. */
final class RealFolderTest {
    private final Path around;
    private final Path elsewhere;
    private final RealFolder folder;

    RealFolderTest(@TempDir Path temporary) throws IOException {
        around = Files.createDirectory(temporary.resolve("log"));
        elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        folder = new RealFolder(around.resolve("stamps"));
    }

    @Test
    void whatIsWrittenIsReadAgainAndRemoved() throws IOException {
        assertThat(folder.isThere("a.json")).isFalse();
        folder.write("a.json", octets("old, and longer"));
        folder.write("a.json", octets("new"));
        assertThat(folder.isThere("a.json")).isTrue();
        assertThat(folder.read("a.json", 3)).isEqualTo(octets("new"));
        assertThat(names(around.resolve("stamps"))).containsExactly("a.json");
        assertThat(mode(around.resolve("stamps"))).isEqualTo("rwxr-x---");
        assertThat(mode(around.resolve("stamps/a.json"))).isEqualTo("rw-r-----");
        folder.delete("a.json");
        folder.delete("a.json");
        assertThat(names(around.resolve("stamps"))).isEmpty();
    }

    /**
     * The folder was made by mkdir or by a command that ended too early, or is the root of a file system that was
     * mounted there.
     */
    @Test
    void aFolderOfRootBesideTheLogOfAServiceBecomesTheServices() throws IOException {
        assumeTrue(Files.getOwner(around).getName().equals("root"), "only root may give files away");
        UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
        PosixFileAttributeView log = Files.getFileAttributeView(around, PosixFileAttributeView.class);
        log.setOwner(users.lookupPrincipalByName("nobody"));
        log.setGroup(users.lookupPrincipalByGroupName("nogroup"));
        Path stamps = Files.createDirectory(
                around.resolve("stamps"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        folder.write("a.json", octets("ours"));
        for (Path made : List.of(stamps, stamps.resolve("a.json"))) {
            PosixFileAttributes attributes = Files.readAttributes(made, PosixFileAttributes.class);
            assertThat(attributes.owner().getName()).isEqualTo("nobody");
            assertThat(attributes.group().getName()).isEqualTo("nogroup");
        }
        // The mode stays, since whoever made the folder may have had a reason for it
        assertThat(mode(stamps)).isEqualTo("rwx------");
    }

    /** Without the check, a command of root would write into /etc, or wherever the link leads. */
    @Test
    void aLinkInThePlaceOfTheFolderLeadsNowhere() throws IOException {
        Path link = Files.createSymbolicLink(around.resolve("stamps"), elsewhere);
        Files.writeString(elsewhere.resolve("a.json"), "theirs");
        List<ThrowingCallable> deeds = List.of(
                () -> folder.write("a.json", octets("ours")),
                () -> folder.write("b.json", octets("ours")),
                () -> folder.read("a.json", 100),
                () -> folder.isThere("a.json"),
                () -> folder.delete("a.json"));
        for (ThrowingCallable deed : deeds) {
            assertThatThrownBy(deed)
                    .isInstanceOf(LinkException.class)
                    .hasMessage(link + " is a symbolic link, and none is followed there");
        }
        assertThat(names(elsewhere)).containsExactly("a.json");
        assertThat(elsewhere.resolve("a.json")).hasContent("theirs");

        // If the link leads to nothing yet, a folder could be made there
        Files.delete(link);
        Path missing = elsewhere.resolve("missing");
        Files.createSymbolicLink(link, missing);
        assertThatThrownBy(() -> folder.write("a.json", octets("ours"))).isInstanceOf(LinkException.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void aLinkInThePlaceOfAFileIsNotReadAndIsReplacedByTheFile() throws IOException {
        folder.write("a.json", octets("ours"));
        Path theirs = Files.writeString(elsewhere.resolve("secret"), "secret");
        Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(around.resolve("stamps/b.tsr"), theirs);
        for (ThrowingCallable deed :
                List.<ThrowingCallable>of(() -> folder.read("b.tsr", 100), () -> folder.isThere("b.tsr"))) {
            assertThatThrownBy(deed)
                    .isInstanceOf(LinkException.class)
                    .hasMessage(link + " is a symbolic link, and none is followed there");
        }
        folder.write("b.tsr", octets("stamp"));
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(link).hasContent("stamp");
        assertThat(theirs).hasContent("secret");
        assertThat(mode(theirs)).isEqualTo("rw-------");
    }

    /** Such a link is the administrator's own: /var/log may be a link to another disk. */
    @Test
    void aLinkOnTheWayToTheFolderIsFollowed() throws IOException {
        Path way = Files.createSymbolicLink(elsewhere.resolve("way"), around);
        new RealFolder(way.resolve("stamps")).write("a.json", octets("ours"));
        assertThat(around.resolve("stamps/a.json")).hasContent("ours");
    }

    @Test
    void whatElseStandsThereIsNamedByItsWholePath() throws IOException {
        assertThatThrownBy(() -> folder.read("a.json", 100))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(around.resolve("stamps").toString());
        folder.write("a.json", octets("four"));
        assertThatThrownBy(() -> folder.read("b.json", 100))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(around.resolve("stamps/b.json").toString());
        assertThatThrownBy(() -> folder.read("a.json", 3))
                .hasMessage(around.resolve("stamps/a.json") + " is longer than 3 octets");
        Files.createDirectory(around.resolve("stamps/c.json"));
        assertThatThrownBy(() -> folder.read("c.json", 100))
                .hasMessage(around.resolve("stamps/c.json") + " is no file");
        // No unfinished file is left
        assertThatThrownBy(() -> folder.write("c.json", octets("ours"))).isInstanceOf(IOException.class);
        assertThat(names(around.resolve("stamps"))).containsExactly("a.json", "c.json");

        Path file = Files.writeString(around.resolve("file"), "");
        assertThatThrownBy(() -> new RealFolder(file).write("a.json", octets("ours")))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessage(file.toString());
    }

    /** The look and the operation are two calls, so an attacker can put a link in place between them. */
    @Test
    void aFolderThatBecomesALinkAfterTheLookLeadsNowhere() throws IOException {
        Path stamps = around.resolve("stamps");
        Path aside = around.resolve("aside");
        Files.writeString(elsewhere.resolve("a.json"), "theirs");
        folder.write("a.json", octets("ours"));
        RealFolder watched = watched(stamps, () -> {
            Files.move(stamps, aside);
            Files.createSymbolicLink(stamps, elsewhere);
        });
        List<ThrowingCallable> deeds = List.of(
                () -> watched.write("a.json", octets("new")),
                () -> watched.read("a.json", 100),
                () -> watched.isThere("a.json"),
                () -> watched.delete("a.json"));
        for (ThrowingCallable deed : deeds) {
            assertThatThrownBy(deed).isInstanceOf(FileSystemException.class).hasMessageStartingWith(stamps + ": ");
            Files.delete(stamps);
            Files.move(aside, stamps);
        }
        assertThat(names(elsewhere)).containsExactly("a.json");
        assertThat(elsewhere.resolve("a.json")).hasContent("theirs");
        assertThat(stamps.resolve("a.json")).hasContent("ours");
    }

    @Test
    void aFileThatBecomesALinkAfterTheLookIsNotRead() throws IOException {
        folder.write("a.json", octets("ours"));
        Path file = around.resolve("stamps/a.json");
        Path theirs = Files.writeString(elsewhere.resolve("secret"), "secret");
        RealFolder watched = watched(file, () -> {
            Files.delete(file);
            Files.createSymbolicLink(file, theirs);
        });
        assertThatThrownBy(() -> watched.read("a.json", 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("symbolic links");
    }

    /** A file can be exchanged even before it has its name. */
    @Test
    void anUnfinishedFileThatBecomesALinkGivesNoRightsAway() throws IOException {
        Path theirs = Files.writeString(elsewhere.resolve("shadow"), "secret");
        Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rw-------"));
        RealFolder watched = new RealFolder(around.resolve("stamps"), path -> {
            if (path.toString().endsWith(".new")) {
                act(() -> {
                    Files.delete(path);
                    Files.createSymbolicLink(path, theirs);
                });
            }
        });
        assertThatThrownBy(() -> watched.write("a.json", octets("ours"))).isInstanceOf(FileSystemException.class);
        assertThat(mode(theirs)).isEqualTo("rw-------");
        assertThat(names(around.resolve("stamps"))).isEmpty();
    }

    @Test
    void modesAreSetWhateverTheUmaskHasTaken() throws IOException {
        Path stamps = around.resolve("stamps");
        RealFolder watched = new RealFolder(
                stamps,
                // These are the modes that a umask of 077 would have left
                path -> act(() -> Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(path.equals(stamps) ? "rwx------" : "rw-------"))));
        watched.write("a.json", octets("ours"));
        assertThat(mode(stamps)).isEqualTo("rwxr-x---");
        assertThat(mode(stamps.resolve("a.json"))).isEqualTo("rw-r-----");
    }

    @Test
    void aFileThatGrowsAfterTheLookIsNotCut() throws IOException {
        folder.write("a.json", octets("four"));
        Path file = around.resolve("stamps/a.json");
        RealFolder watched = watched(file, () -> Files.writeString(file, "five", StandardOpenOption.APPEND));
        assertThatThrownBy(() -> watched.read("a.json", 4)).hasMessage(file + " is longer than 4 octets");
        assertThat(watched.read("a.json", 12)).isEqualTo(octets("fourfivefive"));
    }

    /**
     * The path of the folder around comes from the configuration. The error names that folder, so that the
     * administrator does not search among the stamps.
     */
    @Test
    void aFolderAroundThatCannotBeOpenedIsNamedItself() throws IOException {
        Path file = Files.writeString(around.resolve("file"), "");
        assertThatThrownBy(() -> new RealFolder(file.resolve("stamps")).read("a.json", 100))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessage(file.toString());
        Path missing = around.resolve("missing");
        assertThatThrownBy(() -> new RealFolder(missing.resolve("stamps")).read("a.json", 100))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
    }

    /** If the file were left open, each look would lose a descriptor. */
    @Test
    void aFileInThePlaceOfTheFolderIsNotLeftOpen() throws IOException {
        Path file = Files.writeString(around.resolve("stamps"), "");
        assertThatThrownBy(() -> folder.isThere("a.json")).isInstanceOf(NotDirectoryException.class);
        assertThat(openFiles()).isNotEmpty().doesNotContain(file);
    }

    private interface Act {
        void run() throws IOException;
    }

    private static void act(Act act) {
        try {
            act.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a folder in which something happens between the look at this path and the operation on it. */
    private RealFolder watched(Path watched, Act act) {
        return new RealFolder(around.resolve("stamps"), path -> {
            if (path.equals(watched)) {
                act(act);
            }
        });
    }

    private static List<Path> openFiles() throws IOException {
        List<Path> open = new ArrayList<>();
        for (String number : names(Path.of("/proc/self/fd"))) {
            try {
                open.add(Files.readSymbolicLink(Path.of("/proc/self/fd", number)));
            } catch (NoSuchFileException _) {
                // The descriptor was closed since, like the one by which the folder was listed
            }
        }
        return open;
    }

    private static byte[] octets(String text) {
        return text.getBytes(UTF_8);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
