package org.postseal.policy.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/**
 * Tests that every file of the corpus gives exactly the problems that its last comment lines list:
 * {@code # error: LINE: KEY: text} or {@code # warning: …}.
 */
class PolicyCorpusTest {
    private static final Path CORPUS = Path.of("src/test/vectors/config");

    static Stream<Path> bad() throws IOException {
        return files("bad");
    }

    static Stream<Path> good() throws IOException {
        return files("good");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badFileGivesItsProblems(Path file) throws IOException {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", Files.readString(file));
        assertThat(found(reading)).isEqualTo(expected(file));
        assertThat(reading).isInstanceOf(RuleSet.Broken.class);
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodFileLoadsWithItsWarnings(Path file) throws IOException {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", Files.readString(file));
        assertThat(found(reading)).isEqualTo(expected(file));
        assertThat(reading).isInstanceOf(RuleSet.Loaded.class);
    }

    private static List<String> found(RuleSet.Reading reading) {
        return reading.problems().stream()
                .map(problem -> (problem.severity() == Problem.Severity.ERROR ? "# error: " : "# warning: ")
                        + problem.toString().replaceFirst("^policy\\.yaml: ?", ""))
                .toList();
    }

    private static List<String> expected(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("# error: ") || line.startsWith("# warning: "))
                .toList();
    }

    private static Stream<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
            return files.sorted().toList().stream();
        }
    }
}
