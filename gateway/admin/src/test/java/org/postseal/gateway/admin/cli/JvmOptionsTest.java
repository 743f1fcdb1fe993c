package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that each option of the JVM that launchers and packages read has its reason, both in the file and in the page
 * for those who run the service.
 */
final class JvmOptionsTest {
    private static final Path FILES = Path.of("../../packaging/jvm");

    @Test
    void eachHasItsReasonAndStandsInThePage() throws IOException {
        String page = Files.readString(Path.of("../../docs/howto-systemd.md"));
        int count = 0;
        for (Path file : files()) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith("-")) {
                    count++;
                    assertThat(lines.get(i - 1)).as(lines.get(i)).startsWith("# ");
                    assertThat(page).contains("`" + lines.get(i) + "`");
                }
            }
        }
        assertThat(count).isEqualTo(8);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.sorted().toList();
        }
    }
}
