package org.postseal.gateway.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Project;

class RowsTest {
    @TempDir
    private Path folder;

    @Test
    void thePageHasEveryRowWithItsNumberOfSteps() throws IOException {
        List<String> expected = Arrays.stream(RowName.values())
                .map(name -> "`" + name.word() + "` " + name.row().extent().full() + " "
                        + name.row().extent().unit())
                .toList();
        List<String> page = Files.readAllLines(Project.file("docs/reliability.md")).stream()
                .filter(line -> line.matches("\\| `[\\w-]+` \\|.*"))
                // The other table has seven cells in a row.
                .filter(line -> line.split(" \\| ", -1).length == 5)
                .map(line -> line.split(" \\| ", -1))
                .map(cells -> cells[0].substring(2) + " " + cells[2].replaceAll("(\\d+ \\w+).*", "$1"))
                .toList();
        assertThat(page).isEqualTo(expected);
    }

    @Test
    void aRunGoesOnWhereItWasStopped() throws Exception {
        Path page = Files.write(folder.resolve("page.md"), List.of("| row |"));
        List<Integer> ran = new ArrayList<>();
        assertThat(run(new Counting(ran, -1), page, "abc").run(Duration.ZERO)).isTrue();
        assertThat(ran).containsExactly(0);
        assertThat(last(page)).endsWith(" | abc | here | 2 of 5 things | 2 things, most 0 | so far |");
        // This is as if the process had ended within a batch.
        assertThat(catchIt(run(new Counting(ran, 4), page, "abc"))).isEqualTo("broken");
        assertThat(last(page)).endsWith(" | abc | here | 4 of 5 things | 4 things, most 2 | so far |");

        assertThat(run(new Counting(ran, -1), page, "def").run(Duration.ofDays(1)))
                .isTrue();
        assertThat(ran).containsExactly(0, 2, 4);
        assertThat(last(page)).endsWith(" | abc, def | here | 5 things | 5 things, most 4 | passed |");
        assertThat(Files.readAllLines(page)).hasSize(2);

        assertThat(run(new Counting(ran, -1), page, "def").run(Duration.ZERO)).isTrue();
        assertThat(ran).containsExactly(0, 2, 4, 0);
        assertThat(last(page)).endsWith(" | def | here | 2 of 5 things | 2 things, most 0 | so far |");
    }

    @Test
    void whatWasWrongFailsAndIsNotGoneOnWith() throws Exception {
        Path page = Files.write(folder.resolve("page.md"), List.of("| row |"));
        List<Integer> ran = new ArrayList<>();
        Row row = new Counting(ran, -1) {
            @Override
            public void run(Steps steps, Tally tally) throws Exception {
                super.run(steps, tally);
                tally.require(steps.from() != 0, "the first\none");
            }
        };
        assertThat(run(row, page, "abc").run(Duration.ofDays(1))).isFalse();
        assertThat(last(page)).endsWith(" | 5 things | 5 things, most 4 | failed: the first one |");
        assertThat(run(row, page, "abc").run(Duration.ZERO)).isFalse();
        assertThat(ran).containsExactly(0, 2, 4, 0);
        assertThat(last(page)).endsWith(" | 2 of 5 things | 2 things, most 0 | failed: the first one |");
    }

    private static LongRun run(Row row, Path page, String commit) {
        return new LongRun("counting", row, page, commit, "here");
    }

    private static String last(Path page) throws IOException {
        return Files.readAllLines(page).getLast();
    }

    private static String catchIt(LongRun run) throws Exception {
        try {
            run.run(Duration.ofDays(1));
            return "";
        } catch (IllegalStateException broken) {
            return String.valueOf(broken.getMessage());
        }
    }

    /** Has five things, two at a time, and breaks at one of them. */
    private static class Counting implements Row {
        private final List<Integer> ran;
        private final int breaksAt;

        Counting(List<Integer> ran, int breaksAt) {
            this.ran = ran;
            this.breaksAt = breaksAt;
        }

        @Override
        public Extent extent() {
            return new Extent("things", 5, 2, 2);
        }

        @Override
        public void run(Steps steps, Tally tally) throws Exception {
            if (steps.from() == breaksAt) {
                throw new IllegalStateException("broken");
            }
            ran.add(steps.from());
            tally.add("things", steps.count());
            tally.peak("most", steps.from());
        }
    }
}
