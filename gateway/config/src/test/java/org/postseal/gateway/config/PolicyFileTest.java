package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.policy.deciding.RuleSet;

@Tag("thorough")
final class PolicyFileTest {
    private static final String POLICY = """
            version: 1
            internal: [müller.example]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("policy.yaml");
    }

    @Test
    void theHashOfTheFileIsThatOfThePolicy() throws IOException {
        for (String text : List.of(POLICY, "\uFEFF" + POLICY, POLICY.replace("\n", "\r\n"))) {
            PolicyFile read = PolicyFile.read(Files.writeString(file, text));
            assertThat(read.sha256())
                    .isEqualTo(read.compile().value().map(RuleSet::sha256))
                    .isPresent();
        }
    }

    @Test
    void whatIsCompiledIsWhatWasRead() throws IOException {
        PolicyFile read = PolicyFile.read(Files.writeString(file, POLICY));
        Files.writeString(file, "broken: [");

        assertThat(read.compile().value().map(RuleSet::sha256)).isEqualTo(read.sha256());
    }

    @Test
    void whyThereIsNoPolicyIsSaid() throws IOException {
        assertThat(problems()).isEqualTo("no such file");
        assertThat(PolicyFile.read(file).isMissing()).isTrue();

        Files.createDirectory(file);
        assertThat(problems()).isEqualTo("is not a file");
        assertThat(PolicyFile.read(file).sha256()).isEmpty();
        assertThat(PolicyFile.read(file).isMissing()).isFalse();

        Files.delete(file);
        Files.write(file, new byte[] {'v', (byte) 0xE4, '\n'});
        assertThat(problems()).isEqualTo("1: is not UTF-8 text");
        assertThat(PolicyFile.read(file).sha256()).isPresent();

        Files.writeString(file, "#".repeat((64 << 20) + 1));
        assertThat(problems()).isEqualTo("is larger than 64 MiB");
        assertThat(PolicyFile.read(file).sha256()).isEmpty();
    }

    /** Returns the only problem, without the file. */
    private String problems() {
        Checked<RuleSet> checked = PolicyFile.read(file).compile();
        assertThat(checked.value()).isEqualTo(Optional.empty());
        assertThat(checked.problems()).hasSize(1);
        return checked.problems().getFirst().toString().replaceFirst("^" + file + ":( |(?=[0-9]))", "");
    }
}
