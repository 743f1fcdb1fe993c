package org.postseal.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    @TempDir
    private Path folder;

    @Test
    void whatAllRunsHaveReachedIsOneLine() throws IOException {
        Path file = folder.resolve("progress");
        Progress first = Progress.read(file);
        assertThat(first.hasMoved()).isFalse();
        first.reached(Duration.ofMinutes(1), 100, 50);
        first.reached(Duration.ofMinutes(6), 900, 70);
        assertThat(first.hasMoved()).isTrue();
        assertThat(first.row(Targets.MIME, 0)).isEqualTo("| `mime` | 6.0 | 900 | all of 70 | 0 |");

        Progress second = Progress.read(file);
        assertThat(second.hasMoved()).isFalse();
        // The second run counts from its own beginning.
        second.reached(Duration.ofMinutes(1), 50, 69);
        second.reached(Duration.ofMinutes(9), 200, 75);
        assertThat(second.row(Targets.SIGNED_DATA, 2)).isEqualTo("| `signed-data` | 15.0 | 1100 | 25 of 75 | 2 |");
        second.reached(Duration.ofMinutes(11), 300, 75);
        assertThat(second.row(Targets.MIME, 0)).isEqualTo("| `mime` | 17.0 | 1200 | 5 of 75 | 0 |");
    }
}
