package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.admin.cli.CapturedConsole;

/**
 * Tests that the command writes the schema that stands beside the example policy. After a change of the language, write
 * that file anew: {@code bin/postseal policy schema > etc/policy.schema.json}.
 */
final class SchemaCommandTest {
    @Test
    void writesTheSchemaThatIsKept() throws IOException {
        CapturedConsole console = new CapturedConsole();
        assertThat(console.run("policy", "schema")).isZero();
        assertThat(console.out()).isEqualTo(Files.readString(Path.of("../../etc/policy.schema.json")));
        assertThat(console.err()).isEmpty();
    }
}
