package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Tests that no option takes a secret. Every user of the machine can read a command line, and shells keep it. So
 * options name files.
 */
final class SecretOptionsTest {
    @Test
    void everySecretIsInAFile() {
        List<OptionSpec> secret = options(new CommandLineInterface(new GatewayAssembly(), Console.system()).commands())
                .filter(option -> option.longestName().matches(".*(?:pass|secret|token|pin\\b|key-).*"))
                .toList();
        assertThat(secret)
                .hasSizeGreaterThan(10)
                .allSatisfy(option -> assertThat(option.type())
                        .as("%s %s", option.command().qualifiedName(), option.longestName())
                        .isEqualTo(Path.class));
    }

    private static Stream<OptionSpec> options(CommandLine command) {
        return Stream.concat(
                command.getCommandSpec().options().stream(),
                command.getSubcommands().values().stream().flatMap(SecretOptionsTest::options));
    }
}
