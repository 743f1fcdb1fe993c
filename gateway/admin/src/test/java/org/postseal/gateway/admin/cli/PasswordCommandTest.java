package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.Logins;

@Tag("thorough")
class PasswordCommandTest {
    @TempDir
    private Path folder;

    private final CapturedConsole console = new CapturedConsole();

    @Test
    void linesOfTwoUsersMakeAFile() throws IOException {
        assertThat(run("p\u00E4ncil: or not\nsecond line", "alice@example.com")).isZero();
        String lines = console.out();
        assertThat(console.err()).isEmpty();
        assertThat(run("pencil", "scanner", "--sender", "@example.com", "--sender", "a@example.org"))
                .isZero();
        lines += console.out();
        assertThat(lines.lines().toList().get(1)).endsWith(":@example.com,a@example.org");
        Logins logins =
                ((LoginFile.Reading.Read) LoginFile.read(Files.writeString(folder.resolve("logins"), lines))).logins();
        assertThat(logins.check("alice@example.com", "p\u00E4ncil: or not")).isPresent();
        assertThat(logins.check("scanner", "pencil")).isPresent();
        assertThat(logins.check("scanner", "second line")).isEmpty();
        assertThat(console.err()).isEmpty();
        assertThat(lines).doesNotContain("pencil", "ncil");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        pencil | alice/x                        | 64 | error: the user must be 1 to 200 letters, digits and ._%+-@
        pencil | scanner                        | 64 | error: who may write as whom must be a list of addresses, \
        @domains or *; without one the user must be an address
        pencil | scanner --sender nobody        | 64 | error: who may write as whom must be a list of addresses, \
        @domains or *; without one the user must be an address
        ''     | alice@example.com              | 65 | error: the password is empty
        """)
    void whatCannotBeALineIsRefused(String password, String arguments, int exit, String message) {
        assertThat(run(password, arguments.split(" "))).isEqualTo(exit);
        assertThat(console.err().lines().findFirst()).contains(message);
        assertThat(console.out()).isEmpty();
    }

    @Test
    void aPasswordWithoutAnEndIsRefused() {
        assertThat(run("x".repeat(2000), "alice@example.com")).isEqualTo(ExitCode.REFUSED);
    }

    private int run(String input, String... arguments) {
        return new CommandLineInterface(new FakeAssembly(), console.reading(input))
                .execute(Stream.concat(Stream.of("password"), Stream.of(arguments))
                        .toArray(String[]::new));
    }
}
