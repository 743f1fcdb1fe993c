package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.cases.MessageFiles;

/** Tests that the example policies in {@code etc} pass their own cases, without a single warning. */
class WorkedPoliciesTest {
    private static final Path ETC = Path.of("../../etc");

    static List<Path> folders() throws IOException {
        try (Stream<Path> examples = Files.list(ETC.resolve("examples"))) {
            List<Path> folders =
                    Stream.concat(Stream.of(ETC), examples.sorted()).toList();
            assertThat(folders).hasSizeGreaterThanOrEqualTo(6);
            return folders;
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everyCasePasses(Path folder) throws IOException {
        PolicyBench bench = new PolicyBench(folder);
        Path file = folder.resolve("policy.test.yaml");
        CaseFile.Reading reading = CaseFile.read("policy.test.yaml", Files.readString(file), MessageFiles.none());
        assertThat(reading).isInstanceOf(CaseFile.Reading.Loaded.class);
        int cases = ((CaseFile.Reading.Loaded) reading).file().cases().size();
        assertThat(cases).isGreaterThanOrEqualTo(8);
        assertThat(bench.run("test", folder.toString())).as(bench::toString).isZero();
        assertThat(bench.out()).isEqualTo("policy.test.yaml: " + cases + " cases passed\n");
        assertThat(bench.err()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void thereIsNoWarning(Path folder) {
        PolicyBench bench = new PolicyBench(folder);
        assertThat(bench.run("check", "--strict", folder.resolve("policy.yaml").toString()))
                .as(bench::toString)
                .isZero();
    }
}
