package org.postseal.certstore.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.files.FileGuard.Finding;
import org.postseal.certstore.files.FileGuard.Use;

class FileGuardTest {
    @TempDir
    private Path temporary;

    private Path root;
    private Path folder;
    private Path file;

    @BeforeEach
    void files() throws IOException {
        root = temporary.toRealPath();
        folder = Files.createDirectory(root.resolve("folder"));
        file = Files.createFile(folder.resolve("file"));
    }

    /** Each row has the modes of the folder above, of the folder and of the file, and then the findings. */
    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
            755  | 755  | 644 | RULE   | -
            755  | 755  | 600 | SECRET | -
            755  | 755  | 640 | SECRET | -
            755  | 755  | 644 | SECRET | everybody can read the secret in FILE: chmod o-rwx FILE
            755  | 755  | 604 | SECRET | everybody can read the secret in FILE: chmod o-rwx FILE
            755  | 750  | 644 | SECRET | -
            700  | 755  | 644 | SECRET | -
            755  | 755  | 646 | RULE   | everybody can write to FILE: chmod o-w FILE
            755  | 755  | 602 | SECRET | everybody can write to FILE: chmod o-rwx FILE
            700  | 700  | 666 | SECRET | everybody can write to FILE: chmod o-rwx FILE
            700  | 700  | 666 | RULE   | everybody can write to FILE: chmod o-w FILE
            755  | 777  | 644 | RULE   | everybody can write to the folder FOLDER: chmod o-w FOLDER
            755  | 1777 | 644 | RULE   | -
            777  | 755  | 644 | RULE   | everybody can write to the folder ROOT: chmod o-w ROOT
            """)
    void whatEverybodyCanDoIsRefused(String above, String around, String mode, Use use, String expected)
            throws IOException {
        chmod(root, above);
        chmod(folder, around);
        chmod(file, mode);

        assertThat(own(look(file, use))).isEqualTo(expected.equals("-") ? List.of() : List.of(refused(expected)));
        chmod(root, "700");
    }

    @Test
    void aFolderIsLookedAtItself() throws IOException {
        chmod(folder, "777");

        assertThat(own(look(folder, Use.RULE)))
                .containsExactly(refused("everybody can write to the folder FOLDER: chmod o-w FOLDER"));
        chmod(folder, "1777");
        assertThat(own(look(folder, Use.RULE))).hasSize(1);
    }

    @Test
    void aLinkIsLookedAtWhereItStandsAndWhereItLeads() throws IOException {
        Path there = Files.createDirectory(root.resolve("there"));
        Path link = Files.createSymbolicLink(there.resolve("link"), file);
        chmod(file, "666");
        chmod(there, "777");

        assertThat(own(look(link, Use.RULE)))
                .containsExactlyInAnyOrder(
                        refused("everybody can write to FILE: chmod o-w FILE"),
                        refused("everybody can write to the folder " + there + ": chmod o-w " + there));
    }

    /** Each row has the names of links and their targets, in a tree where everybody can write to {@code shared}. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            etc/policy=../shared/current shared/current=../folder/file                      | etc/policy
            etc/policy=ROOT/shared/current shared/current=ROOT/folder/file                  | etc/policy
            etc/policy=one etc/one=../shared/current shared/current=../folder/file          | etc/policy
            etc/current=../shared/release shared/release=../folder                          | etc/current/file
            etc/current=../shared/. shared/release=../folder                                | etc/current/release/file
            etc/policy=../shared/in/../folder/file shared/in=../folder                      | etc/policy
            etc/in=../shared/below                                                          | etc/in/../../folder/file
            """)
    void noFolderOnTheWayIsPassedOver(String links, String path) throws IOException {
        Path shared = Files.createDirectory(root.resolve("shared"));
        Files.createDirectory(shared.resolve("below"));
        Files.createDirectory(root.resolve("etc"));
        for (String link : links.split(" ", -1)) {
            String[] parts = link.split("=", -1);
            Files.createSymbolicLink(root.resolve(parts[0]), Path.of(parts[1].replace("ROOT", root.toString())));
        }
        chmod(shared, "777");

        assertThat(own(look(root.resolve(path), Use.RULE)))
                .containsExactly(refused("everybody can write to the folder " + shared + ": chmod o-w " + shared));
    }

    @Test
    void theOwnerOfALinkCanChangeIt() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), file);

        assertThat(new FileGuard(Set.of(4_711_711)).look(link, Use.RULE))
                .extracting(Finding::text)
                .anySatisfy(text ->
                        assertThat(text).startsWith(link + " belongs to ").endsWith(": chown -h root " + link));
    }

    @Test
    void linksInACircleLeadNowhere() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), Path.of("other"));
        Files.createSymbolicLink(root.resolve("other"), Path.of("link"));

        assertThat(look(link, Use.RULE)).isEmpty();
    }

    @Test
    void anotherOwnerIsAWarning() {
        assertThat(new FileGuard(Set.of(4_711_711)).look(file, Use.RULE))
                .anySatisfy(finding -> {
                    assertThat(finding.isRefused()).isFalse();
                    assertThat(finding.text()).startsWith(file + " belongs to ").endsWith(": chown root " + file);
                })
                .allSatisfy(finding -> assertThat(finding.isRefused()).isFalse());
    }

    @Test
    void eachFindingIsToldOnce() throws IOException {
        chmod(folder, "777");
        FileGuard guard = new FileGuard();

        assertThat(own(guard.look(file, Use.RULE))).hasSize(1);
        assertThat(own(guard.look(file, Use.RULE))).isEmpty();
    }

    @Test
    void nothingIsSaidOfWhatIsNotThere() {
        assertThat(look(folder.resolve("none"), Use.SECRET)).isEmpty();
    }

    private static List<Finding> look(Path path, Use use) {
        return new FileGuard().look(path, use);
    }

    // The folders above the one for temporary files belong to the machine, so findings about them are left out.
    private List<Finding> own(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.text().contains(root.toString()) && finding.isRefused())
                .toList();
    }

    private Finding refused(String text) {
        return new Finding(
                true,
                text.replace("FILE", file.toString())
                        .replace("FOLDER", folder.toString())
                        .replace("ROOT", root.toString()));
    }

    private static void chmod(Path path, String octal) throws IOException {
        Files.setAttribute(
                path, "unix:mode", Integer.parseInt(octal, 8) | (Files.isDirectory(path) ? 0040000 : 0100000));
    }
}
