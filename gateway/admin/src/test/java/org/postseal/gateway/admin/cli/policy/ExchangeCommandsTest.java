package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/** Tests {@code policy import-exchange} and {@code export-exchange} as an administrator types them. */
final class ExchangeCommandsTest {
    private static final String JSON = """
        [
          {
            "Name": "Default",
            "IsDefault": true,
            "AllowSMIMEEncryptionAlgorithmNegotiation": "OnlyStrongAlgorithmNegotiation",
            "AllowSMIMESoftCerts": true,
            "RequireEncryptedSMIMEMessages": false,
            "RequireEncryptionSMIMEAlgorithm": "TripleDES",
            "RequireSignedSMIMEAlgorithm": "SHA1",
            "RequireSignedSMIMEMessages": true
          },
          {
            "OWAClearSign": false,
            "OWACRLRetrievalTimeout": 10000,
            "OWAEncryptionAlgorithms": "6610",
            "OWASigningAlgorithms": "800C"
          }
        ]
        """;

    @TempDir
    private Path folder;

    private final CapturedConsole console = new CapturedConsole();

    @Test
    void whatIsImportedIsCheckedAndExportedTheSame() throws IOException {
        assertThat(run(input(JSON), "import-exchange", "--internal", "example.com,*.example.com", "-"))
                .isZero();
        assertThat(console.err()).isEmpty();
        String yaml = console.out();
        assertThat(yaml).startsWith("# Made by `postseal policy import-exchange` of (standard input).\n");
        Path policy = Files.writeString(folder.resolve("policy.yaml"), yaml);

        assertThat(run(input(""), "export-exchange", "--format", "json", policy.toString()))
                .isZero();
        assertThat(console.out()).isEqualTo(JSON);
        assertThat(run(input(yaml), "export-exchange", "--format", "easprovisiondoc", "-"))
                .isZero();
        assertThat(console.out()).isEqualTo("""
            <?xml version="1.0" encoding="utf-8"?>
            <EASProvisionDoc xmlns="Provision">
              <AllowSMIMEEncryptionAlgorithmNegotiation>1</AllowSMIMEEncryptionAlgorithmNegotiation>
              <AllowSMIMESoftCerts>1</AllowSMIMESoftCerts>
              <RequireEncryptedSMIMEMessages>0</RequireEncryptedSMIMEMessages>
              <RequireEncryptionSMIMEAlgorithm>0</RequireEncryptionSMIMEAlgorithm>
              <RequireSignedSMIMEAlgorithm>0</RequireSignedSMIMEAlgorithm>
              <RequireSignedSMIMEMessages>1</RequireSignedSMIMEMessages>
            </EASProvisionDoc>
            """);
        assertThat(console.err())
                .isEqualTo("(standard input):%d: smime: warning: is left out: it is no part of a mailbox policy\n"
                        .formatted(yaml.lines().toList().indexOf("smime:") + 1));
        assertThat(run(input(""), "export-exchange", "--format", "list", "--policy", "default", policy.toString()))
                .isZero();
        assertThat(console.out().lines().toList())
                .hasSize(8)
                .contains("RequireSignedSMIMEMessages               : True");
    }

    static Stream<Arguments> encodings() {
        return Stream.of(
                Arguments.of(StandardCharsets.UTF_8, ""),
                Arguments.of(StandardCharsets.UTF_8, "\uFEFF"),
                Arguments.of(StandardCharsets.UTF_16LE, "\uFEFF"),
                Arguments.of(StandardCharsets.UTF_16LE, ""),
                Arguments.of(StandardCharsets.UTF_16BE, "\uFEFF"));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void textComesAsWindowsMakesIt(Charset charset, String mark) throws IOException {
        String text = mark + "Name : Büro\r\nIsDefault : False\r\nAllowSMIMESoftCerts : False\r\n";
        Path file = Files.write(folder.resolve("list.txt"), text.getBytes(charset));

        assertThat(run(input(""), "import-exchange", "--internal", "example.com", file.toString()))
                .isZero();
        assertThat(console.out()).contains("# - mailbox policy B-ro: 'Büro'\n");
        assertThat(console.err()).isEqualTo("warning: mailbox policy 'Büro' is called B-ro\n");
    }

    @Test
    void whatCannotBeReadIsToldAndNothingWritten() throws IOException {
        Path broken = Files.write(folder.resolve("broken"), new byte[] {'a', (byte) 0xFF, 'b'});
        Path foreign = Files.writeString(folder.resolve("foreign"), "<!DOCTYPE a><EASProvisionDoc/>");

        assertFails(
                ExitCode.REFUSED,
                List.of("error: " + broken + " is not UTF-8 text"),
                "import-exchange",
                "--internal",
                "a.example",
                broken.toString());
        assertFails(
                ExitCode.REFUSED,
                List.of(
                        foreign + ":1: a document type declaration; none is allowed here",
                        "error: nothing was imported: 1 problem, see above"),
                "import-exchange",
                "--internal",
                "a.example",
                foreign.toString());
        assertFails(
                ExitCode.INPUT_OUTPUT,
                List.of("error: " + folder.resolve("none") + ": no such file"),
                "import-exchange",
                "--internal",
                "a.example",
                folder.resolve("none").toString());
        assertFails(
                ExitCode.INPUT_OUTPUT,
                List.of("error: " + folder + " cannot be read"),
                "export-exchange",
                "--format",
                "json",
                folder.toString());
    }

    @Test
    void whatExchangeCannotSayIsRefusedByName() throws IOException {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            mailboxPolicies: { default: { RequireEncryptionSMIMEAlgorithm: AES256 } }
            rules: [{ id: last, when: always, then: mailboxPolicy }]
            """);

        assertFails(
                ExitCode.REFUSED,
                List.of(
                        policy + ":3: mailboxPolicies.default.RequireEncryptionSMIMEAlgorithm: AES256 has no value in"
                                + " Exchange (valid: TripleDES, DES, RC2128bit, RC264bit, RC240bit)",
                        "error: nothing was exported: 1 problem, see above"),
                "export-exchange",
                "--format",
                "json",
                policy.toString());
    }

    @Test
    void usageIsTold() {
        assertFails(
                ExitCode.USAGE,
                List.of(
                        "error: our own domains are not known: what Exchange writes does not name them",
                        "hint: add --internal example.com"),
                "import-exchange",
                "-");
        assertFails(
                ExitCode.USAGE,
                List.of(
                        "error: Invalid value for option '--internal' (DOMAIN):"
                                + " must be a domain or *.domain, not 'a b'",
                        "hint: postseal help policy import-exchange"),
                "import-exchange",
                "--internal",
                "a b",
                "-");
        assertFails(
                ExitCode.USAGE,
                List.of(
                        "error: Invalid value for option '--format': must be json, list or"
                                + " easprovisiondoc, not 'xml'",
                        "hint: postseal help policy export-exchange"),
                "export-exchange",
                "--format",
                "xml",
                "-");
    }

    @Test
    void inputWithoutEndIsNotReadToItsEnd() {
        InputStream endless = new InputStream() {
            private int left = 200 << 20;

            @Override
            public int read() {
                left--;
                assertThat(left).isPositive();
                return ' ';
            }

            @Override
            public int read(byte[] octets, int offset, int length) {
                left -= length;
                assertThat(left).isPositive();
                return length;
            }
        };

        assertThat(run(endless, "import-exchange", "--internal", "a.example", "-"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).isEqualTo("error: (standard input) is larger than 17825792 octets\n");
    }

    private void assertFails(int exitCode, List<String> lines, String... arguments) {
        assertThat(run(input(""), arguments)).isEqualTo(exitCode);
        assertThat(console.err().lines().toList()).isEqualTo(lines);
        assertThat(console.out()).isEmpty();
    }

    private int run(InputStream in, String... arguments) {
        return new CommandLineInterface(new GatewayAssembly(), console.reading(in))
                .execute(
                        Stream.concat(Stream.of("policy"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
