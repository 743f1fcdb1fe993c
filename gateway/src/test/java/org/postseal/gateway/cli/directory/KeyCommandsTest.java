package org.postseal.gateway.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.cli.directory.CommandBench.brief;
import static org.postseal.gateway.cli.directory.CommandBench.issue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.ca.IssuedCertificate;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.key.KeyFile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.Pkcs12File;
import org.postseal.gateway.cli.ExitCode;

final class KeyCommandsTest {
    private static final IssuedCertificate ALICE = issue("alice@ours.example", 300);
    private static final IssuedCertificate BOB = issue("bob@ours.example", 10);

    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
    }

    @Test
    void theMasterKeyIsMadeOnceAndForItsOwner() throws IOException {
        assertThat(bench.run("key", "init")).isZero();
        assertThat(bench.out()).containsExactly("made master key " + folder.resolve("master.key"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("master.key"))))
                .isEqualTo("rw-------");
        byte[] before = Files.readAllBytes(folder.resolve("master.key"));
        assertThat(bench.run("key", "init")).isEqualTo(ExitCode.REFUSED);
        assertThat(Files.readAllBytes(folder.resolve("master.key"))).isEqualTo(before);
    }

    @Test
    void withoutMasterKeyThereAreNoKeys() throws IOException {
        Path file = bench.pkcs12("alice.p12", ALICE);

        assertThat(bench.run("key", "import", file)).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err())
                .containsExactly("error: master key master.key is missing", "hint: make one: postseal key init");
        bench.run("key", "init");
        Files.setPosixFilePermissions(folder.resolve("master.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(bench.run("key", "import", file)).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err())
                .containsExactly("error: master key master.key is open to everybody (rw-r--r--): chmod 600");
    }

    @Test
    void aKeyIsImportedWithTheCertificateOfItsFile() {
        imported();

        assertThat(bench.out())
                .containsExactly(
                        "added key " + id(ALICE) + " with certificate " + brief(ALICE)
                                + " alice@ours.example, until 2027-03-28",
                        "1 key imported");
        assertThat(bench.changes())
                .containsExactly(
                        "key-init file:" + folder.resolve("master.key"),
                        "key-import key:" + PublicKeyId.of(ALICE.certificate()));
        assertThat(bench.run("key", "list")).isZero();
        assertThat(bench.out())
                .containsExactly(
                        "UNTIL       STATE  KEY               KIND      CERTIFICATES      ADDRESSES           MAPPED  IMPORTED",
                        "2027-03-28  valid  " + id(ALICE) + "  EC P-256  " + brief(ALICE)
                                + "  alice@ours.example  -       2026-06-01 by tester",
                        "1 key");
        assertThat(bench.count("own")).isEqualTo(1);
    }

    @Test
    void aWrongPasswordChangesNothing() {
        bench.run("key", "init");
        Path file = bench.pkcs12("alice.p12", ALICE);

        assertThat(bench.run("key", "import", file, "--password-file", bench.write("wrong", "other\n")))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).hasSize(2);
        assertThat(bench.err().getLast()).isEqualTo("error: nothing imported: 1 problem, see above");
        assertThat(bench.count("own")).isZero();
    }

    @Test
    void withoutPasswordItIsSaidWhereToPutIt() throws IOException {
        bench.run("key", "init");
        Path file = bench.pkcs12("alice.p12", ALICE);
        Files.delete(folder.resolve("alice.p12.password"));

        assertThat(bench.run("key", "import", file)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().getFirst())
                .startsWith("alice.p12: ")
                .endsWith(" (give --password-file, or put it into alice.p12.password)");
    }

    @Test
    void aKeyAloneNeedsTheAdministratorsWord() {
        bench.run("key", "init");
        Path key = bench.write("key.pem", ALICE.privateKeyPem());
        bench.run("cert", "import", bench.pem("certs.pem", ALICE.certificate(), BOB.certificate()));

        assertThat(bench.run("key", "import", key)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().getFirst())
                .startsWith("key.pem: element 1")
                .endsWith(
                        ": private key without a certificate in the same file; if it is for a stored one, say so: --pair "
                                + brief(ALICE));
        assertThat(bench.run("key", "import", key, "--pair", brief(BOB))).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().getFirst())
                .endsWith(": private key without a certificate in the same file, and " + brief(BOB)
                        + " is for another key");
        assertThat(bench.run("key", "import", key, "--pair", brief(ALICE), "--dry-run"))
                .isZero();
        assertThat(bench.count("own")).isZero();
        assertThat(bench.run("key", "import", key, "--pair", brief(ALICE))).isZero();
        assertThat(bench.count("own")).isEqualTo(1);
    }

    @Test
    void oneBadFileKeepsTheOthersOut() {
        bench.run("key", "init");

        assertThat(bench.run("key", "import", bench.pkcs12("a.p12", ALICE), bench.write("b.pem", BOB.privateKeyPem())))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.count("own")).isZero();
        assertThat(bench.changes()).hasSize(1);
    }

    @Test
    void anExportedKeyOpensWithItsPassword() throws IOException, KeyFileException {
        imported();
        Path password = bench.write("new.password", "another secret\n");
        Path result = folder.resolve("result.p12");

        assertThat(bench.run("key", "export", "alice@ours.example", "-o", result, "--password-file", password))
                .isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(result)))
                .isEqualTo("rw-------");
        KeyFile file = Pkcs12File.read(Files.readAllBytes(result), "another secret".toCharArray());
        assertThat(file.keys()).hasSize(1);
        assertThat(file.keys().getFirst().matches(ALICE.certificate())).isTrue();
        assertThat(bench.lastChange().action()).isEqualTo("key-export");
        assertThat(bench.run("key", "export", id(ALICE), "-o", result, "--password-file", password))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.run("key", "export", id(ALICE), "-o", folder.resolve("no.p12")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.run(
                        "key",
                        "export",
                        id(ALICE),
                        "-o",
                        folder.resolve("no.p12"),
                        "--password-file",
                        bench.write("none", "")))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(folder.resolve("no.p12")).doesNotExist();
    }

    @Test
    void addressesAreMappedAndTakenBack() {
        imported();
        MailAddress miller = MailAddress.of("miller@ours.example");

        assertThat(bench.run("key", "map", id(ALICE), miller)).isZero();
        assertThat(bench.out()).containsExactly("mapped miller@ours.example to key " + id(ALICE));
        assertThat(bench.<Integer>database(
                        database -> database.wrappedKeys().usableFor(miller).size()))
                .isEqualTo(1);
        assertThat(bench.run("key", "unmap", miller, miller)).isZero();
        assertThat(bench.run("key", "unmap", id(ALICE), miller)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.changes().subList(2, 4))
                .containsExactly(
                        "key-map key:" + PublicKeyId.of(ALICE.certificate()),
                        "key-unmap key:" + PublicKeyId.of(ALICE.certificate()));
    }

    @Test
    void removingAKeyMustBeMeant() {
        imported();

        assertThat(bench.run("key", "remove", id(ALICE))).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err().getLast()).isEqualTo("hint: if that is meant, add --yes");
        assertThat(bench.run("key", "remove", id(ALICE), "--yes")).isZero();
        assertThat(bench.run("key", "list")).isZero();
        assertThat(bench.out()).containsExactly("0 keys");
    }

    @Test
    void anotherMasterKeyTakesOver() throws IOException {
        imported();
        Path next = folder.resolve("next.key");
        bench.run("key", "init", "--file", next);

        assertThat(bench.run("key", "rewrap", "--to", next)).isZero();
        assertThat(bench.out().getFirst()).isEqualTo("wrapped 1 key by " + next);
        bench.run("key", "list");
        assertThat(bench.out().get(1).substring(12, 35)).isEqualTo("valid, OTHER MASTER KEY");
        Path password = bench.write("new.password", "another secret\n");
        assertThat(bench.run("key", "export", id(ALICE), "-o", folder.resolve("x"), "--password-file", password))
                .isEqualTo(ExitCode.CONFIG);
        Files.move(next, folder.resolve("master.key"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(bench.run("key", "export", id(ALICE), "-o", folder.resolve("x"), "--password-file", password))
                .isZero();
    }

    @Test
    void noSecretIsInTheDatabaseOrTheOutput() throws IOException {
        imported();
        bench.run("key", "list", "--json");

        String pem = ALICE.privateKeyPem().lines().skip(1).findFirst().orElseThrow();
        assertThat(new String(bench.octets(), StandardCharsets.UTF_8)).doesNotContain(pem);
        assertThat(bench.lastChange().details()).noneMatch(detail -> detail.contains("secret"));
    }

    private void imported() {
        assertThat(bench.run("key", "init")).isZero();
        assertThat(bench.run("key", "import", bench.pkcs12("alice.p12", ALICE))).isZero();
    }

    private static String id(IssuedCertificate identity) {
        return PublicKeyId.of(identity.certificate()).hex().substring(0, 16);
    }
}
