package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.policy.yaml.Problem;

class PolicyReadingTest {
    @Test
    void aPolicyThatEverybodyCanWriteDoesNotCount(@TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.toRealPath().resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        PolicyFile file = PolicyFile.read(path);
        PolicyReading reading = new PolicyReading(file, file.compile());
        assertThat(reading.guarded()).isEqualTo(reading);

        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        Checked<?> checked = reading.guarded().checked();
        assertThat(checked.value()).isEqualTo(Optional.empty());
        assertThat(checked.problems())
                .extracting(Problem::message)
                .containsExactly("everybody can write to " + path + ": chmod o-w " + path);
    }
}
