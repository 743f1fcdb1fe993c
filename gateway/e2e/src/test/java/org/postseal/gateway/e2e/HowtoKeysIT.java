package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.Requirements;

/**
 * Runs the blocks on tokens of {@code docs/howto-keys.md} as they stand, with GnuTLS's programs and a SoftHSM token.
 */
class HowtoKeysIT {
    private static final String PASSPHRASE = "a passphrase of the test\n";

    @TempDir
    private Path folder;

    @BeforeEach
    void administratorWithAnAuthority() throws IOException {
        Requirements.programs("softhsm2-util", "p11tool", "certtool", "openssl", "bash");
        Files.createDirectories(folder.resolve("store"));
        Files.createDirectories(folder.resolve("tokens"));
        write("softhsm2.conf", "directories.tokendir = " + folder.resolve("tokens") + "\nlog.level = ERROR\n");
        write("pin", "4711-pin\n");
        write("root.pass", PASSPHRASE);
        write("issuing.pass", PASSPHRASE);
        write("alice.cfg", block("ini token"));
        write("postseal.yaml", """
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
            nextHop: "127.0.0.1:10026"
            """ + block("yaml token"));
        write("policy.yaml", """
            version: 1
            internal: [example.com]
            mailboxPolicies: { default: { RequireSignedSMIMEMessages: true, AllowSMIMESoftCerts: false } }
            rules:
              - { id: everything, when: always, then: mailboxPolicy }
            """);
        write(
                "message.eml",
                "From: alice@example.com\r\nTo: bob@partner.example\r\nSubject:"
                        + " offer\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhello\r\n");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.writeString(bin.resolve("postseal"), """
            #!/bin/sh
            exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
            --sun-misc-unsafe-memory-access=allow -cp '%s' org.postseal.gateway.admin.Main "$@" -c '%s'
            """.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"), classPath(), folder.resolve("postseal.yaml")));
        Files.setPosixFilePermissions(bin.resolve("postseal"), PosixFilePermissions.fromString("rwx------"));
        assertThat(bash("""
            postseal key init
            postseal ca init --organization Example --country DE --url http://pki.example.com/ --root-key root.key \
            --root-passphrase-file root.pass --passphrase-file issuing.pass
            postseal trust import own ca/root.pem ca/issuing.pem
            """)).matches(Command.Result::isSuccess);
    }

    @Test
    void aKeyThatWasMadeOnTheTokenSignsWithItsIssuersAndNobodyElseDoes() throws IOException {
        List<String> steps = blocks("sh token");
        assertThat(bash(steps.get(0) + steps.get(1))).matches(Command.Result::isSuccess);
        Command.Result withoutCertificate = filter();
        assertThat(withoutCertificate.exitStatus()).isEqualTo(65);
        assertThat(withoutCertificate.messages())
                .contains("A signature is required and cannot be made for this sender");

        // Each call has its own shell.
        String pin = steps.get(1).lines().findFirst().orElseThrow() + "\n";
        Command.Result asThePageGoesOn = bash(pin + String.join("", steps.subList(2, steps.size())));

        assertThat(asThePageGoesOn).matches(Command.Result::isSuccess);
        Command.Result verified = Command.of(
                        "openssl",
                        "cms",
                        "-verify",
                        "-in",
                        folder.resolve("result/unit-01.eml"),
                        "-CAfile",
                        folder.resolve("ca/root.pem"),
                        "-purpose",
                        "smimesign",
                        "-signer",
                        folder.resolve("signer.pem"))
                .run();
        assertThat(verified).matches(Command.Result::isSuccess);
        // The certificate of its issuer follows.
        assertThat(Files.readString(folder.resolve("alice.pem")))
                .startsWith(Files.readString(folder.resolve("signer.pem")));

        write("pin", "0000-pin\n");
        Command.Result withAnotherPin = filter();

        assertThat(withAnotherPin.exitStatus()).isEqualTo(78);
        assertThat(withAnotherPin.messages()).contains("directory.tokens.hsm").contains("is refused");
    }

    private Command.Result filter() {
        return bash("postseal filter --from alice@example.com --to bob@partner.example < message.eml\n");
    }

    private Command.Result bash(String script) {
        String path = folder.resolve("bin") + ":" + System.getenv("PATH");
        return Command.of("bash", "-euc", "cd '" + folder + "'; PATH='" + path + "'\n" + script)
                .with("SOFTHSM2_CONF", folder.resolve("softhsm2.conf"))
                .limit(120)
                .run();
    }

    private void write(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text, UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    // The commands run in another folder, so paths must be absolute.
    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator, -1))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String block(String mark) {
        return blocks(mark).getFirst();
    }

    private static List<String> blocks(String mark) {
        try {
            String page = Files.readString(Project.file("docs/howto-keys.md"));
            return HowtoPage.blocks(page, mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
