package org.postseal.gateway.admin.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.rollout.ClientOffice.names;
import static org.postseal.gateway.admin.cli.rollout.ClientOffice.request;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests {@code client pkcs12} and its siblings as an administrator types them. */
@Tag("thorough")
final class ClientCommandsTest {
    private static final String ALICE = "alice@ours.example";

    @TempDir
    private Path folder;

    private ClientOffice office;

    @BeforeEach
    void office() throws IOException {
        office = ClientOffice.in(folder);
        office.admin.atTerminal();
    }

    @Test
    void theKeysInUseGetOneFileAndTheHistoryOnlyWhereAskedFor() throws Exception {
        IssuedCertificate old = office.take(request(ALICE, -800, -400));
        IssuedCertificate signing = office.take(request(ALICE, -2, 365).profile(Profile.SIGN));
        IssuedCertificate former = office.take(request(ALICE, -200, 100).profile(Profile.ENCRYPT));
        IssuedCertificate current = office.take(request(ALICE, -3, 365).profile(Profile.ENCRYPT));
        Path file = folder.resolve("alice.p12");

        Done done = office.run("client", "pkcs12", ALICE, "-o", file);
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.OK);
        assertThat(done.out()).hasSize(2).last().isEqualTo("wrote 2 keys of " + ALICE + " to " + file);
        assertThat(keys(file, password(done))).containsExactlyInAnyOrder(certificates(signing, current));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(office.exports())
                .containsExactly(record(signing, file, "PKCS #12, modern"), record(current, file, "PKCS #12, modern"));

        done = office.run("client", "pkcs12", ALICE, "-o", file, "--force", "--history", "--profile", "compatible");
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.OK);
        assertThat(keys(file, password(done))).containsExactlyInAnyOrder(certificates(signing, current, former, old));
        assertThat(office.exports()).hasSize(6).last().isEqualTo(record(old, file, "PKCS #12, compatible"));
    }

    @Test
    void theChainHasNoRoot() throws Exception {
        office.user(ALICE);
        Path file = folder.resolve("alice.p12");
        Done done = office.run("client", "pkcs12", ALICE, "-o", file);
        KeyStore store = open(file, password(done));
        String alias = Collections.list(store.aliases()).getFirst();
        assertThat(List.of(store.getCertificateChain(alias)).subList(1, 2))
                .isEqualTo(List.of(ClientOffice.AUTHORITY.issuer().x509()));
        assertThat(store.getCertificateChain(alias)).hasSize(2);
    }

    @Test
    void whereNobodySeesItThePasswordGoesToAFileOrNowhere() throws Exception {
        ClientOffice alone = ClientOffice.in(Files.createDirectory(folder.resolve("timer")));
        IssuedCertificate alice = alone.user(ALICE);
        Path file = folder.resolve("alice.p12");
        Path secret = folder.resolve("alice.password");

        Done done = alone.run("client", "pkcs12", ALICE, "-o", file);
        assertThat(done.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(done.err()).first().asString().contains("no terminal to show the password on");
        assertThat(file).doesNotExist();
        assertThat(alone.exports()).isEmpty();

        done = alone.run("client", "pkcs12", ALICE, "-o", file, "--password-out", secret);
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.OK);
        String password = Files.readString(secret).strip();
        assertThat(password).matches("(?:[a-z2-9]{4}-){5}[a-z2-9]{4}");
        assertThat(done.toString()).doesNotContain(password);
        assertThat(alone.exports().toString()).doesNotContain(password);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        assertThat(keys(file, password)).containsExactly(certificates(alice));

        // An existing password file stays as it is, and the command does nothing else
        done = alone.run("client", "pkcs12", ALICE, "-o", folder.resolve("second.p12"), "--password-out", secret);
        assertThat(done.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(Files.readString(secret).strip()).isEqualTo(password);
        assertThat(folder.resolve("second.p12")).doesNotExist();
        assertThat(alone.exports()).hasSize(1);
    }

    @Test
    void whoHasNoKeyIsToldWhy() throws IOException {
        IssuedCertificate bob = request("bob@ours.example", -1, 100).issue();
        office.run("cert", "import", office.admin.write("bob.pem", bob.certificatePem()));
        office.take(request("carol@ours.example", -300, -2));
        IssuedCertificate dana = office.take(request("dana@ours.example", -1, 100)
                .algorithm(KeyAlgorithm.ML_KEM_768)
                .profile(Profile.ENCRYPT));

        assertThat(refused("nobody@ours.example"))
                .isEqualTo("error: there is neither a key nor a certificate of nobody@ours.example");
        assertThat(refused("bob@ours.example"))
                .isEqualTo("error: there is a certificate of bob@ours.example, and no private key of it here");
        assertThat(refused("carol@ours.example"))
                .startsWith("error: no key of carol@ours.example may be used now: expired on ");
        assertThat(refused("dana@ours.example"))
                .isEqualTo("error: the key to decrypt of certificate "
                        + dana.certificate().id().hex().substring(0, 16) + " is ML-KEM, which no mail program reads");
        assertThat(office.exports()).isEmpty();
    }

    private String refused(String address) {
        Path file = folder.resolve("none.p12");
        Done done = office.run("client", "pkcs12", address, "-o", file);
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.out()).isEmpty();
        assertThat(file).doesNotExist();
        return done.err().stream()
                .filter(line -> line.startsWith("error: "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoHasNoKeySignsNoProfile() {
        office.user(ALICE);
        Path file = folder.resolve("alice.mobileconfig");
        Done done = office.admin.run(
                "client mobileconfig " + ALICE + " --exchange mail.ours.example --signer it@ours.example -o", file);
        assertThat(done)
                .isEqualTo(new Done(
                        ExitCode.REFUSED,
                        List.of(),
                        List.of(
                                "error: no key to sign as it@ours.example: no certificate",
                                "hint: postseal cert explain it@ours.example --for sign")));
        assertThat(file).doesNotExist();
        assertThat(office.exports()).isEmpty();
    }

    @Test
    void aBlockedKeyStays() {
        IssuedCertificate alice = office.user(ALICE);
        office.run("cert", "block", alice.certificate().id().hex(), "--note", "stolen");
        assertThat(refused(ALICE)).startsWith("error: no key of " + ALICE + " may be used now: blocked");
    }

    @Test
    void aMappedKeyIsNobodysToTakeAway() {
        IssuedCertificate alice = office.user(ALICE);
        office.run("key", "map", ALICE, "info@ours.example");
        assertThat(refused("info@ours.example"))
                .isEqualTo("error: no key of info@ours.example may be used now:"
                        + " wrong address: it carries alice@ours.example");
        assertThat(alice.certificate().addresses()).hasSize(1);
    }

    @Test
    void aFolderOfAllThatAUserNeeds() throws Exception {
        IssuedCertificate alice = office.user(ALICE);
        office.user("it@ours.example");
        Path out = folder.resolve("alice");
        Done done = office.run(
                "client",
                "bundle",
                ALICE,
                "--exchange",
                "mail.ours.example",
                "--signer",
                "it@ours.example",
                "--out",
                out);
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.OK);
        MailCertificate root = ClientOffice.AUTHORITY.root();
        assertThat(names(out))
                .containsExactly(
                        "alice_ours.example-compatible.p12",
                        "alice_ours.example.mobileconfig",
                        "alice_ours.example.p12",
                        "index.html",
                        "issuer-" + ClientOffice.AUTHORITY.issuer().id().hex().substring(0, 8) + ".crt",
                        "root-" + root.id().hex().substring(0, 8) + ".crt");
        String password = password(done);
        for (String name : List.of("alice_ours.example.p12", "alice_ours.example-compatible.p12")) {
            assertThat(keys(out.resolve(name), password)).containsExactly(certificates(alice));
        }
        for (String name : names(out)) {
            assertThat(Files.readString(out.resolve(name), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain(password);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rwx------");
        assertThat(office.exports()).hasSize(1);

        // An existing folder is refused before any key is opened, even if it is empty
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(office.run("client", "bundle", ALICE, "--out", empty).exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(names(empty)).isEmpty();
        assertThat(office.exports()).hasSize(1);
    }

    @Test
    void nothingIsLeftOfAFailure() throws Exception {
        office.user(ALICE);
        List<String> before = names(folder);
        Done done = office.run("client", "bundle", ALICE, "--out", folder.resolve("a/b"));
        assertThat(done.exitCode()).isEqualTo(ExitCode.INPUT_OUTPUT);
        done = office.run(
                "client",
                "bundle",
                ALICE,
                "--out",
                folder.resolve("x"),
                "--password-out",
                folder.resolve("x/password"));
        assertThat(done.exitCode()).isEqualTo(ExitCode.USAGE);
        done = office.run(
                "client",
                "bundle",
                ALICE,
                "--out",
                folder.resolve("x"),
                "--password-out",
                folder.resolve("no/password"));
        assertThat(done.exitCode()).isEqualTo(ExitCode.INPUT_OUTPUT);
        done = office.run("client", "intune", ALICE, "nobody@ours.example", "--out", folder.resolve("x"));
        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err())
                .contains("there is neither a key nor a certificate of nobody@ours.example")
                .contains("error: 1 of 2 users have no key, see above");
        assertThat(names(folder)).isEqualTo(before);
        assertThat(office.exports()).isEmpty();
    }

    @Test
    void whatCannotBeRecordedDoesNotLeave() throws Exception {
        office.user(ALICE);
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("postseal.db"));
                Statement statement = database.createStatement()) {
            statement.execute("CREATE TRIGGER deny BEFORE INSERT ON change_log"
                    + " BEGIN SELECT RAISE(ABORT, 'the log takes nothing'); END");
        }
        for (String command :
                List.of("pkcs12 " + ALICE + " -o", "intune " + ALICE + " --out", "bundle " + ALICE + " --out")) {
            Done done = office.admin.run(
                    "client " + command, folder.resolve("made"), "--password-out", folder.resolve("password"));
            assertThat(done.exitCode()).isNotZero();
            assertThat(names(folder)).noneMatch(name -> name.contains("made") || name.contains("password"));
        }
    }

    @Test
    void whileTheDatabaseIsLockedNeitherKeyNorPasswordIsOnTheDisk() throws Exception {
        office.user(ALICE);
        office.admin.patience(Duration.ofMillis(100));
        Path out = Files.createDirectory(folder.resolve("out"));
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("postseal.db"));
                Statement statement = database.createStatement();
                WatchService seen = FileSystems.getDefault().newWatchService()) {
            out.register(seen, StandardWatchEventKinds.ENTRY_CREATE);
            secrets.register(seen, StandardWatchEventKinds.ENTRY_CREATE);
            statement.execute("BEGIN IMMEDIATE");
            for (String command : List.of(
                    "pkcs12 " + ALICE + " -o",
                    "mobileconfig " + ALICE + " --exchange mail.ours.example -o",
                    "intune " + ALICE + " --out",
                    "bundle " + ALICE + " --out")) {
                Done done = office.admin.run(
                        "client " + command, out.resolve("made"), "--password-out", secrets.resolve("password"));
                assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.TRY_AGAIN);
                assertThat(done.out()).isEmpty();
                // It is the record that fails, and not the look at the keys
                assertThat(done.err()).last().isEqualTo("hint: another command is writing; nothing changed, try again");
            }
            Path given = Files.writeString(folder.resolve("given"), "another\n");
            assertThat(office.admin
                            .run("key export " + ALICE + " --password-file", given, "-o", out.resolve("made"))
                            .exitCode())
                    .isEqualTo(ExitCode.TRY_AGAIN);
            statement.execute("ROLLBACK");
            // The watcher tells of the commands' files before it tells of these two
            Files.createFile(out.resolve("end"));
            Files.createFile(secrets.resolve("end"));
            assertThat(made(seen)).containsExactly("end", "end");
        }
        assertThat(office.exports()).isEmpty();
    }

    /** Returns the names of files that appeared, up to the second "end". */
    private static List<String> made(WatchService seen) throws InterruptedException {
        List<String> names = new ArrayList<>();
        while (Collections.frequency(names, "end") < 2) {
            WatchKey key = seen.take();
            key.pollEvents().forEach(event -> names.add(String.valueOf(event.context())));
            assertThat(key.reset()).isTrue();
        }
        return names;
    }

    @Test
    void usersForIntune() throws Exception {
        IssuedCertificate signing = office.take(request(ALICE, -1, 365).profile(Profile.SIGN));
        IssuedCertificate encrypting = office.take(request(ALICE, -1, 365).profile(Profile.ENCRYPT));
        IssuedCertificate bob = office.user("=bob@ours.example");
        Path out = folder.resolve("intune");
        Path secret = folder.resolve("secret");
        Done done = office.run("client", "intune", ALICE, "=bob@ours.example", "--out", out, "--password-out", secret);
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.OK);
        String password = Files.readString(secret).strip();
        assertThat(keys(out.resolve(pfx("alice_ours.example", signing)), password))
                .containsExactly(certificates(signing));
        assertThat(keys(out.resolve(pfx("alice_ours.example", encrypting)), password))
                .containsExactly(certificates(encrypting));
        assertThat(keys(out.resolve(pfx("_bob_ours.example", bob)), password)).containsExactly(certificates(bob));
        String script = Files.readString(out.resolve("import.ps1"));
        assertThat(script)
                .contains("File = '" + pfx("alice_ours.example", signing) + "'")
                .contains("Purpose = 'smimeSigning'")
                .contains("User = '=bob@ours.example'")
                .doesNotContain(password);
        // A spreadsheet does not run the address as a formula
        assertThat(Files.readString(out.resolve("users.csv"))).contains("\r\n\"'=bob@ours.example\",");
        assertThat(office.exports()).hasSize(3);
    }

    private static String pfx(String user, IssuedCertificate issued) {
        return user + "-" + issued.certificate().id().hex().substring(0, 16) + ".pfx";
    }

    @Test
    void authoritiesForThunderbird() throws Exception {
        Path out = folder.resolve("thunderbird");
        Done done = office.run("client", "thunderbird", "--trust", "partners", "--platform", "windows", "--out", out);
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.OK);
        List<String> authorities = new ArrayList<>();
        for (MailCertificate each : List.of(ClientOffice.AUTHORITY.root(), ClientOffice.AUTHORITY.issuer())) {
            String name = "authority-" + each.id().hex().substring(0, 16) + ".pem";
            assertThat(out.resolve(name)).hasContent(each.toPem());
            authorities.add("        \"C:\\\\Program Files\\\\Mozilla Thunderbird\\\\distribution\\\\" + name + "\"");
        }
        assertThat(Files.readString(out.resolve("policies.json")))
                .isEqualTo("{\n  \"policies\": {\n    \"Certificates\": {\n      \"Install\": [\n"
                        + String.join(",\n", authorities) + "\n      ]\n    }\n  }\n}\n");

        String user =
                office.admin.write("user.pem", request(ALICE, -1, 10).issue().certificatePem());
        done = office.run("client", "thunderbird", "--ca", user, "--out", folder.resolve("x"));
        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err().getFirst()).endsWith("is no authority, and must not become one");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client pkcs12 alice@ours.example",
                "client pkcs12 alice -o %s/x",
                "client pkcs12 alice@ours.example --profile old -o %s/x",
                "client mobileconfig alice@ours.example -o %s/x",
                "client mobileconfig alice@ours.example --exchange mail -o %s/x",
                "client mobileconfig alice@ours.example --exchange a</string>.example.com -o %s/x",
                "client mobileconfig alice@ours.example --imap m.example.com -o %s/x",
                "client mobileconfig alice@ours.example --imap m.example.com:99999 --smtp m.example.com -o %s/x",
                "client mobileconfig alice@ours.example --imap m.example.com:x --smtp m.example.com -o %s/x",
                "client mobileconfig alice@ours.example --exchange m.example.com"
                        + " --imap m.example.com --smtp m.example.com -o %s/x",
                "client mobileconfig alice@ours.example --imap m.example.com --smtp m.example.com --oauth -o %s/x",
                "client mobileconfig alice@ours.example --exchange m.example.com --organization a\nb -o %s/x",
                "client thunderbird --out %s/x",
                "client thunderbird --trust partners --platform beos --out %s/x",
                "client intune --out %s/x",
                "client intune x --out %s/x",
                "client bundle alice@ours.example",
                "client bundle alice@ours.example --smtp m.example.com --out %s/x"
            })
    void wrongInputIsRefused(String line) {
        office.user(ALICE);
        Done done = office.run((Object[]) line.replace("%s", folder.toString()).split(" ", -1));
        assertThat(done.exitCode()).as(done.toString()).isEqualTo(ExitCode.USAGE);
        assertThat(done.err().getFirst()).startsWith("error: ");
        assertThat(folder.resolve("x")).doesNotExist();
        assertThat(office.exports()).isEmpty();
    }

    static String password(Done done) {
        return done.out().stream()
                .filter(line -> line.startsWith("password, shown this once: "))
                .map(line -> line.substring("password, shown this once: ".length()))
                .filter(Pattern.compile("(?:[a-z2-9]{4}-){5}[a-z2-9]{4}").asMatchPredicate())
                .findFirst()
                .orElseThrow(() -> new AssertionError(done.toString()));
    }

    /** Lets the JDK read the file. */
    private static KeyStore open(Path file, String password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Files.readAllBytes(file)), password.toCharArray());
        return store;
    }

    private static List<MailCertificate> keys(Path file, String password) throws GeneralSecurityException, IOException {
        KeyStore store = open(file, password);
        List<MailCertificate> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            assertThat(store.getKey(alias, password.toCharArray())).isNotNull();
            found.add(MailCertificate.of(store.getCertificateChain(alias)[0].getEncoded()));
        }
        return found;
    }

    private static MailCertificate[] certificates(IssuedCertificate... issued) {
        return List.of(issued).stream().map(IssuedCertificate::certificate).toArray(MailCertificate[]::new);
    }

    private static String record(IssuedCertificate issued, Path file, String kind) {
        return "certificate:" + issued.certificate().id() + " file " + file + ", as " + kind + ", for " + ALICE;
    }
}
