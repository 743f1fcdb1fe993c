package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/**
 * Tests that the command writes the schema that stands beside the example policy. After a change of the language, write
 * that file anew: {@code bin/postseal policy schema > etc/policy.schema.json}.
 */
final class SchemaCommandTest {
    @Test
    void writesTheSchemaThatIsKept() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(new CommandLineInterface(new GatewayAssembly(), console).execute("policy", "schema"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(Files.readString(Path.of("../../etc/policy.schema.json")));
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
