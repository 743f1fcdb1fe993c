package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.files.FileGuard;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlReader;

final class PathReaderTest {
    @TempDir
    private Path folder;

    @Test
    void aCredentialIsTheFileThatSystemdGives() throws IOException {
        Path key = Files.createFile(folder.resolve("loop.key"));
        assertThat(read("credential:loop.key", Optional.of(folder))).isEqualTo("read " + key);
    }

    @Test
    void whatIsWrongWithACredentialIsSaid() {
        assertThat(read("credential:other", Optional.of(folder))).isEqualTo("no such file: " + folder.resolve("other"));
        assertThat(read("credential:loop.key", Optional.empty()))
                .isEqualTo("there are no credentials here:"
                        + " CREDENTIALS_DIRECTORY is not set, and postseal.service does not run");
        for (String name : List.of("../shadow", "", "..", ".", "a/b", "a\u0001b")) {
            assertThat(read("credential:" + name, Optional.of(folder))).startsWith("is not the name of a credential: ");
        }
    }

    /** Returns the path that is read from {@code key: TEXT}, or the problem. */
    private String read(String text, Optional<Path> credentials) {
        Problems problems = new Problems("postseal.yaml");
        Optional<Path> file = YamlReader.read("key: \"" + text.replace("\u0001", "\\u0001") + "\"", problems)
                .flatMap(root -> root.value("key"))
                .flatMap(value -> new PathReader(
                                folder.resolve("elsewhere"), credentials, PathReader.Others.NONE, new FileGuard())
                        .existingFile(value));
        return file.map(path -> "read " + path)
                .orElseGet(() -> problems.all().getFirst().message());
    }
}
