package org.postseal.gateway.admin.cli.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.Administration.ACT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyFile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.key.Pkcs12File;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.cert.ImportChecks;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.ExitCode;

@Tag("thorough")
final class KeyCommandsTest {
    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Ours", START, END);
    private static final MailAddress ADDRESS = MailAddress.of("alice@ours.example");
    private static final IssuedCertificate ALICE =
            AUTHORITY.issue(ADDRESS, KeyAlgorithm.P256, Profile.DUAL, START, END);
    private static final PublicKeyId KEY = PublicKeyId.of(ALICE.certificate());
    private static final String BRIEF = KEY.hex().substring(0, 16);
    private static final String PASSWORD = "correct horse";

    private final Administration admin;
    private final Path master;

    KeyCommandsTest(@TempDir Path folder) throws IOException {
        admin = Administration.in(folder);
        master = admin.file("master.key");
    }

    @Test
    void initMakesAMasterKeyForItsOwnerAloneAndNeverAnotherInItsPlace() throws IOException, KeyFileException {
        assertThat(admin.run("key init --note because")).isEqualTo(done("made master key " + master));
        MasterKey.read(master);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(master)))
                .isEqualTo("rw-------");
        byte[] made = Files.readAllBytes(master);

        assertThat(admin.run("key init"))
                .isEqualTo(failed(
                        ExitCode.REFUSED,
                        "error: " + master + " exists already",
                        "hint: a second one: postseal key init --file FILE"));
        assertThat(Files.readAllBytes(master)).isEqualTo(made);
        assertThat(admin.changes()).containsExactly(new Change(1, ACT, "key-init", "file:" + master, List.of()));
    }

    @Test
    void initRefusesToReplaceALostMasterKeyThatKeysAreWrappedBy() throws IOException {
        imported();
        Files.delete(master);

        assertThat(admin.run("key init"))
                .isEqualTo(failed(
                        ExitCode.REFUSED,
                        "error: the database holds private keys, which a new master key would not open",
                        "hint: put the master key that wrapped them into " + master));
        assertThat(master).doesNotExist();
        assertThat(actions()).containsExactly("key-init", "key-import");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPkcs12IsImportedWithItsPasswordGivenOrBeside(boolean isBeside) throws IOException {
        admin.run("key init");
        String file = pkcs12();
        String password = admin.write(isBeside ? "alice.p12.password" : "elsewhere", PASSWORD, "\r\nnot this");

        Done result = isBeside
                ? admin.run("key import --note because", file)
                : admin.run("key import --note because", file, "--password-file", password);

        assertThat(result)
                .isEqualTo(done(
                        "added key " + BRIEF + " with certificate " + ImportChecks.line(ALICE.certificate()),
                        "1 key imported"));
        assertThat(admin.changes().getLast())
                .isEqualTo(new Change(
                        2,
                        ACT,
                        "key-import",
                        "key:" + KEY,
                        List.of("certificate " + ALICE.certificate().id() + " alice@ours.example")));
        assertThat(opens(master)).isTrue();
    }

    @Test
    void aSecondImportSaysThatTheKeyIsKnown() throws IOException {
        imported();

        assertThat(admin.run("key import", admin.file("alice.p12")))
                .isEqualTo(done(
                        "known key " + BRIEF + " with certificate " + ImportChecks.line(ALICE.certificate()),
                        "1 key imported"));
        assertThat(keys()).isEqualTo(1);
    }

    @Test
    void aWrongOrMissingPasswordImportsNothing() throws IOException {
        admin.run("key init");
        String file = pkcs12();

        assertThat(admin.run("key import", file))
                .isEqualTo(failed(
                        ExitCode.REFUSED,
                        file + ": PKCS #12, or something like it, and there is no password for it"
                                + " (give --password-file, or put it into " + file + ".password)",
                        "error: nothing imported: 1 problem, see above"));
        assertThat(admin.run("key import", file, "--password-file", admin.write("wrong", "battery staple\n")))
                .isEqualTo(failed(
                        ExitCode.REFUSED, file + ": wrong password", "error: nothing imported: 1 problem, see above"));
        assertThat(admin.run("key import", file, "--password-file", admin.file("missing")))
                .isEqualTo(
                        failed(ExitCode.INPUT_OUTPUT, "error: password file " + admin.file("missing") + " is missing"));
        assertThat(keys()).isZero();
        assertThat(actions()).containsExactly("key-init");
    }

    @Test
    void aGoodFileIsNotImportedBesideABadOne() throws IOException {
        admin.run("key init");
        pkcs12();
        String password = admin.write("password", PASSWORD);
        String certificate = admin.write(
                "bare.pem",
                AUTHORITY
                        .issue(MailAddress.of("bob@ours.example"), KeyAlgorithm.P256, Profile.DUAL, START, END)
                        .certificatePem());

        assertThat(admin.run("key import", admin.file("alice.p12"), certificate, "--password-file", password))
                .isEqualTo(failed(
                        ExitCode.REFUSED,
                        certificate
                                + ": none of its certificates is for a key of the store;"
                                + " certificates alone: 'cert import'",
                        "error: nothing imported: 1 problem, see above"));
        assertThat(keys()).isZero();
        assertThat(actions()).containsExactly("key-init");
    }

    @Test
    void aKeyWithoutCertificateNeedsThatTheAdministratorNamesOne() throws IOException {
        admin.run("key init");
        String key = admin.write("key.pem", ALICE.privateKeyPem());
        String start = key + ": element 1 (line 1): private key without a certificate in the same file";
        String end = "error: nothing imported: 1 problem, see above";
        String name = CertificateName.brief(ALICE.certificate().id());

        assertThat(admin.run("key import", key)).isEqualTo(failed(ExitCode.REFUSED, start, end));
        admin.run("cert import", admin.write("alice.pem", ALICE.certificatePem()));
        assertThat(admin.run("key import", key))
                .isEqualTo(
                        failed(ExitCode.REFUSED, start + "; if it is for a stored one, say so: --pair " + name, end));
        IssuedCertificate other =
                AUTHORITY.request(ADDRESS).validity(START, END).issue();
        admin.run("cert import", admin.write("other.pem", other.certificatePem()));
        String otherName = CertificateName.brief(other.certificate().id());
        assertThat(admin.run("key import", key, "--pair", otherName))
                .isEqualTo(failed(ExitCode.REFUSED, start + ", and " + otherName + " is for another key", end));
        assertThat(keys()).isZero();

        assertThat(admin.run("key import", key, "--pair", name).exitCode()).isZero();
        assertThat(opens(master)).isTrue();
        assertThat(actions()).containsExactly("key-init", "cert-import", "cert-import", "key-import");
    }

    @Test
    void aDryRunImportsNothing() throws IOException {
        admin.run("key init");
        pkcs12();
        admin.write("alice.p12.password", PASSWORD);

        assertThat(admin.run("key import --dry-run", admin.file("alice.p12")))
                .isEqualTo(done(
                        "added key " + BRIEF + " with certificate " + ImportChecks.line(ALICE.certificate()),
                        "1 key imported (dry run, nothing changed)"));
        assertThat(keys()).isZero();
        assertThat(actions()).containsExactly("key-init");
    }

    @Test
    void listTellsEachKeyAndWhetherTheMasterKeyOpensIt() throws IOException {
        imported();
        String row = "  " + BRIEF + "  EC P-256  "
                + CertificateName.brief(ALICE.certificate().id())
                + "  alice@ours.example  -       2026-06-01 by alice-admin";

        assertThat(admin.run("key list").out())
                .containsExactly(
                        "UNTIL       STATE  KEY               KIND      CERTIFICATES"
                                + "      ADDRESSES           MAPPED  IMPORTED",
                        "2030-01-01  valid" + row,
                        "1 key");
        assertThat(admin.run("key list --address bob@ours.example")).isEqualTo(done("0 keys"));
        Files.delete(master);
        admin.run("key init --file", master);
        assertThat(admin.run("key list").out().get(1)).isEqualTo("2030-01-01  valid, OTHER MASTER KEY" + row);
    }

    @Test
    void anAddressIsMappedAndUnmappedOnTheRecord() throws IOException {
        imported();
        MailAddress mapped = MailAddress.of("a.miller@ours.example");

        assertThat(admin.run("key map alice@ours.example a.miller@ours.example --note because"))
                .isEqualTo(done("mapped a.miller@ours.example to key " + BRIEF));
        assertThat(mapped()).containsExactly(mapped);
        assertThat(admin.run("key unmap", BRIEF, mapped, "--note", "because"))
                .isEqualTo(done("unmapped a.miller@ours.example from key " + BRIEF));
        assertThat(mapped()).isEmpty();
        assertThat(admin.run("key unmap", BRIEF, mapped))
                .isEqualTo(failed(ExitCode.REFUSED, "error: a.miller@ours.example is not mapped to this key"));
        assertThat(admin.run("key map bob@ours.example x@ours.example"))
                .isEqualTo(failed(
                        ExitCode.REFUSED,
                        "error: no private key of bob@ours.example",
                        "hint: postseal key list shows all"));
        List<String> details = List.of("address a.miller@ours.example");
        assertThat(admin.changes().subList(2, admin.changes().size()))
                .containsExactly(
                        new Change(3, ACT, "key-map", "key:" + KEY, details),
                        new Change(4, ACT, "key-unmap", "key:" + KEY, details));
    }

    @Test
    void unmappingSeveralIsAllOrNothing() throws IOException {
        imported();
        admin.run("key map", BRIEF, "one@ours.example");

        assertThat(admin.run("key unmap", BRIEF, "one@ours.example", "two@ours.example"))
                .isEqualTo(failed(ExitCode.REFUSED, "error: two@ours.example is not mapped to this key"));
        assertThat(mapped()).containsExactly(MailAddress.of("one@ours.example"));
        assertThat(actions()).containsExactly("key-init", "key-import", "key-map");
    }

    @Test
    void anExportIsAPkcs12OfKeyCertificateAndIssuerForItsOwnerAlone() throws IOException, KeyFileException {
        imported();
        Path file = admin.file("export.p12");
        String password = admin.write("new.password", "another\n");

        assertThat(admin.run("key export", ADDRESS, "-o", file, "--password-file", password, "--note", "because"))
                .isEqualTo(done("wrote key and certificate " + ImportChecks.line(ALICE.certificate()) + " to " + file));
        KeyFile read = Pkcs12File.read(Files.readAllBytes(file), "another".toCharArray());
        assertThat(read.keys()).hasSize(1).allMatch(key -> key.matches(ALICE.certificate()));
        assertThat(read.certificates()).containsExactly(ALICE.certificate(), AUTHORITY.issuer());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Change change = new Change(
                3, ACT, "key-export", "certificate:" + ALICE.certificate().id(), List.of("file " + file));
        assertThat(admin.changes().getLast()).isEqualTo(change);

        byte[] octets = Files.readAllBytes(file);
        assertThat(admin.run("key export", ADDRESS, "-o", file, "--password-file", password))
                .isEqualTo(failed(
                        ExitCode.USAGE,
                        "error: " + file + " exists already",
                        "hint: give another name, or --force to replace it"));
        assertThat(Files.readAllBytes(file)).isEqualTo(octets);
        assertThat(admin.changes().getLast()).isEqualTo(change);
    }

    @Test
    void anExportWithoutPasswordLeavesNoFileAndNoRecord() throws IOException {
        imported();
        Path file = admin.file("export.p12");
        String password = admin.write("empty", "\n");

        assertThat(admin.run("key export", ADDRESS, "-o", file, "--password-file", password))
                .isEqualTo(failed(ExitCode.REFUSED, "error: password file " + password + " is empty"));
        assertThat(file).doesNotExist();
        assertThat(actions()).containsExactly("key-init", "key-import");
    }

    @Test
    void aKeyIsRemovedOnlyWhenThatIsMeant() throws IOException {
        imported();

        assertThat(admin.run("key remove", BRIEF))
                .isEqualTo(failed(
                        ExitCode.USAGE,
                        "error: mail encrypted to key " + BRIEF + " of alice@ours.example could not be opened any more",
                        "hint: if that is meant, add --yes"));
        assertThat(keys()).isEqualTo(1);
        assertThat(actions()).containsExactly("key-init", "key-import");

        assertThat(admin.run("key remove --yes --note because", BRIEF))
                .isEqualTo(done("removed key " + BRIEF + " of alice@ours.example"));
        assertThat(keys()).isZero();
        assertThat(admin.changes().getLast())
                .isEqualTo(new Change(3, ACT, "key-remove", "key:" + KEY, List.of("addresses alice@ours.example")));
    }

    @Test
    void afterARewrapTheNewMasterKeyOpensAndTheOldOneDoesNot() throws IOException {
        imported();
        Path next = admin.file("next.key");
        assertThat(admin.run("key rewrap --to", next))
                .isEqualTo(failed(
                        ExitCode.CONFIG,
                        "error: master key " + next + " is missing",
                        "hint: make it: postseal key init --file " + next));
        admin.run("key init --file", next);

        assertThat(admin.run("key rewrap --note because --to", next))
                .isEqualTo(done(
                        "wrapped 1 key by " + next, "now put it in place of the old one: mv " + next + " " + master));
        assertThat(opens(next)).isTrue();
        assertThat(opens(master)).isFalse();
        assertThat(admin.run("key rewrap --to", next))
                .isEqualTo(failed(
                        ExitCode.CONFIG,
                        "error: private key " + KEY + " is wrapped by another master key",
                        "hint: nothing changed; directory.masterKey must name the present master key"));
        assertThat(admin.changes().subList(2, admin.changes().size()))
                .extracting(Change::action, Change::object, Change::details)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("key-init", "file:" + next, List.of()),
                        org.assertj.core.groups.Tuple.tuple("key-rewrap", "file:" + next, List.of("1 key")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key list",
                "key import no.p12",
                "key export alice@ours.example -o no --password-file no",
                "key rewrap --to no"
            })
    void aMasterKeyThatIsMissingOrOpenToEverybodyIsNotUsed(String command) throws IOException {
        assertThat(admin.run(command))
                .isEqualTo(failed(
                        ExitCode.CONFIG,
                        "error: master key " + master + " is missing",
                        "hint: make one: postseal key init"));
        assertThat(admin.file("postseal.db")).doesNotExist();

        admin.run("key init");
        Files.setPosixFilePermissions(master, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(admin.run(command))
                .isEqualTo(failed(
                        ExitCode.CONFIG,
                        "error: master key " + master + " is open to everybody (rw-r--r--): chmod 600"));
        assertThat(actions()).containsExactly("key-init");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key init",
                "key init --file no",
                "key import no.p12",
                "key list",
                "key map abcd x@ours.example",
                "key unmap abcd x@ours.example",
                "key export abcd -o no --password-file no",
                "key remove abcd --yes",
                "key rewrap --to no"
            })
    void withoutADatabaseInTheConfigurationThereIsAnErrorAndAHint(String command) throws IOException {
        admin.configure("");

        assertThat(admin.run(command))
                .isEqualTo(failed(
                        ExitCode.CONFIG,
                        "error: no database is configured",
                        "hint: add to " + admin.config() + ":",
                        "  directory:",
                        "    database: /var/lib/postseal/directory.db",
                        "    masterKey: /etc/postseal/master.key"));
    }

    /** Makes a master key, and imports Alice's key into the database. */
    private void imported() throws IOException {
        admin.run("key init");
        admin.write("alice.p12.password", PASSWORD);
        assertThat(admin.run("key import", pkcs12()).exitCode()).isZero();
    }

    private String pkcs12() throws IOException {
        return Files.write(admin.file("alice.p12"), ALICE.pkcs12(PASSWORD.toCharArray()))
                .toString();
    }

    private int keys() {
        return admin.database(
                database -> database.wrappedKeys().list(Optional.empty(), 10).size());
    }

    private List<MailAddress> mapped() {
        return admin.database(
                database -> database.wrappedKeys().find(KEY).orElseThrow().mapped());
    }

    /** Returns whether this master key opens the key of Alice's certificate. */
    private boolean opens(Path by) {
        return admin.database(database -> {
            try {
                return new KeyVault(database, MasterKey.read(by))
                        .export(KEY)
                        .orElseThrow()
                        .key()
                        .matches(ALICE.certificate());
            } catch (KeyFileException wrappedByAnother) {
                return false;
            }
        });
    }

    private List<String> actions() {
        return admin.changes().stream().map(Change::action).toList();
    }

    private static Done done(String... lines) {
        return new Done(ExitCode.OK, List.of(lines), List.of());
    }

    private static Done failed(int exitCode, String... lines) {
        return new Done(exitCode, List.of(), List.of(lines));
    }
}
