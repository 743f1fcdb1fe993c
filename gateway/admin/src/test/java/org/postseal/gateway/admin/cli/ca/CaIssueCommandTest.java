package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.MirrorEntry;
import org.postseal.certstore.database.Mirrors;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests for whom {@code ca issue} issues certificates, and for whom it does not. */
final class CaIssueCommandTest {
    private static final MailAddress ALICE = MailAddress.of("alice@ours.example");

    private final Path folder;

    CaIssueCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void whatIsIssuedIsInTheStoreWithItsKey() throws Exception {
        CaOffice office = CaOffice.withAuthority(folder);

        Done done = office.run("ca issue alice@ours.example --key p256");

        assertThat(done.err()).isEmpty();
        assertThat(done.out().getLast()).isEqualTo("1 certificate issued");
        String name = done.out().getFirst().split(" ", -1)[1];
        assertThat(office.admin.run("cert show " + name).out()).anyMatch(line -> line.contains("alice@ours.example"));
        MasterKey master = MasterKey.read(office.admin.file("master.key"));
        List<KeyHandle> keys = office.admin.database(database -> new KeyVault(database, master).keysOf(ALICE));
        assertThat(keys).singleElement().satisfies(key -> {
            assertThat(key.certificate().id())
                    .isEqualTo(office.issued().getFirst().id());
            assertThat(key.chain()).hasSize(1);
        });
        assertThat(office.actions()).containsExactly("key-init", "ca-issue");
        assertThat(office.admin.run("cert lint alice@ours.example").out()).endsWith("1 certificate, 0 findings");
    }

    /** The Baseline Requirements forbid these curves, so the certificate does not claim them. */
    @Test
    void aCertificateOnABrainpoolCurveHasNoPolicyOfTheForum() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);

        assertThat(office.run("ca issue alice@ours.example --key brainpoolp384r1")
                        .err())
                .isEmpty();

        assertThat(office.issued()).extracting(each -> each.key()).containsExactly("brainpoolp384r1");
        assertThat(office.admin.run("cert show alice@ours.example").out())
                .anyMatch(line -> line.contains("EC brainpoolP384r1"));
        Done lint = office.admin.run("cert lint alice@ours.example");
        assertThat(lint.exitCode()).isZero();
        assertThat(lint.out())
                .anyMatch(line -> line.contains("br-* (no policy"))
                .endsWith("1 certificate, 0 findings");
    }

    /** The root is on such a curve, and the intermediate and the certificate are not. */
    @Test
    void aCertificateBelowABrainpoolRootHasNoPolicyOfTheForumEither() throws IOException {
        CaOffice office = CaOffice.withUntrustedAuthority(folder, KeyAlgorithm.BRAINPOOLP256R1);
        office.run(
                "ca renew-intermediate --key p256 --root-key",
                office.file("root.key"),
                "--root-passphrase-file",
                office.rootPassphrase());

        assertThat(office.run("ca issue alice@ours.example --key p256").exitCode())
                .isZero();

        assertThat(office.admin.run("cert show alice@ours.example").out()).anyMatch(line -> line.contains("CA 2"));
        assertThat(office.admin.run("cert lint alice@ours.example").out())
                .anyMatch(line -> line.contains("br-* (no policy"))
                .endsWith("1 certificate, 0 findings");
    }

    @Test
    void anAuthorityThatTheGatewayDoesNotTrustIsTold() throws IOException {
        CaOffice office = CaOffice.withUntrustedAuthority(folder);
        String warning = "warning: the gateway does not trust this authority, and uses none of its certificates";
        String command = "postseal trust import own " + office.file("root.pem") + " " + office.file("issuing.pem");

        Done done = office.run("ca issue alice@ours.example --key p256");
        assertThat(done.exitCode()).isZero();
        assertThat(done.err())
                .containsExactly(warning, "hint: write trust: { collections: [own] } into postseal.yaml; " + command);

        office.admin.configure(
                "directory: { database: postseal.db, masterKey: master.key }\ntrust: { collections: [own] }");
        assertThat(office.run("ca issue bob@ours.example --key p256").err())
                .containsExactly(warning, "hint: " + command);
        office.admin.run("trust import own", office.file("root.pem"), office.file("issuing.pem"));
        assertThat(office.run("ca issue carol@ours.example --key p256").err()).isEmpty();
    }

    @Test
    void nothingIsIssuedIntoAFileThatCannotBeWritten() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);

        Done done = office.run("ca issue alice@ours.example --key p256 -o", office.admin.file("none/alice.pem"));
        assertThat(done.exitCode()).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(office.issued()).isEmpty();

        Path file = office.admin.file("alice.pem");
        assertThat(office.run("ca issue alice@ours.example --key p256 -o", file).out())
                .endsWith("1 certificate issued", "wrote 1 certificate and the issuer's to " + file);
        assertThat(Files.readString(file)).containsPattern("(?s)(-----BEGIN CERTIFICATE-----.*){2}");
    }

    @Test
    void splitMakesTwoKeys() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        assertThat(office.run("ca issue alice@ours.example --key p256 --profile split")
                        .err())
                .isEmpty();
        assertThat(office.issued()).extracting(each -> each.profile()).containsExactly(Profile.SIGN, Profile.ENCRYPT);
    }

    @Test
    void nothingIsIssuedForOthersOrByAWrongPassphrase() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String wrong = office.admin.write("wrong", "not the passphrase\n");

        assertThat(office.run("ca issue alice@ours.example mallory@theirs.example")
                        .err())
                .containsExactly(
                        "error: not of the organization: mallory@theirs.example",
                        "hint: a domain is ours if 'internal' of the policy names it");
        Done done = office.admin.run("ca issue alice@ours.example --key p256 --passphrase-file", wrong);
        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err().getFirst()).contains("wrong password");
        assertThat(office.run("ca issue alice@ours.example --key ed25519").err())
                .containsExactly("error: a key of kind ed25519 is not for profile dual, only for sign");
        office.admin.at(Administration.NOW.plus(Duration.ofDays(4000)));
        assertThat(office.run("ca issue alice@ours.example --key p256").err().getFirst())
                .startsWith("error: the intermediate is valid from ");
        assertThat(office.issued()).isEmpty();
        assertThat(office.actions()).containsExactly("key-init");
    }

    @Test
    void whoseAddressBeginsWithTheWordOfTheHeadingIsNoHeading() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String users = office.admin.write("users.csv", "addressbook@ours.example\n");
        assertThat(office.run("ca issue --key p256 --csv", users).err()).isEmpty();
        assertThat(office.issued())
                .extracting(each -> each.addresses().getFirst().toString())
                .containsExactly("addressbook@ours.example");
    }

    @Test
    void whoHasLeftGetsNoNewCertificate() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example bob@ours.example carol@ours.example dave@ours.example --key p256");
        office.admin.database(database -> database.mirrors()
                .apply(
                        "mirror:corp",
                        List.of(entry("1", true, "dave@ours.example"), entry("2", false, "erin@ours.example")),
                        List.of(),
                        new Mirrors.SyncState("test", "corp", new byte[0], Administration.NOW)));
        office.run("ca revoke alice@ours.example --reason cessationOfOperation");
        office.run("ca revoke bob@ours.example --reason privilegeWithdrawn");
        office.run("ca revoke carol@ours.example --reason keyCompromise");
        office.run("ca revoke dave@ours.example --reason superseded");

        assertThat(office.admin.run("ca issue --missing --dry-run").out())
                .containsExactlyInAnyOrder(
                        "would issue for carol@ours.example (dual)",
                        "would issue for erin@ours.example (dual)",
                        "2 certificates (dry run, nothing changed)");
        // A user who comes back gets a certificate by name, and then counts again for --missing
        office.run("ca issue alice@ours.example --key p256 --days 2");
        office.admin.at(Administration.NOW.plus(Duration.ofDays(3)));
        assertThat(office.admin.run("ca issue --missing --dry-run").out())
                .contains("would issue for alice@ours.example (dual)");
    }

    @Test
    void whatIsNotStoredIsTakenBackOutOfTheIndex() throws Exception {
        CaOffice office = CaOffice.withAuthority(folder);
        for (String when : List.of("BEFORE INSERT ON change_log", "AFTER UPDATE ON generation")) {
            office.sql("CREATE TRIGGER full " + when + " BEGIN SELECT RAISE(ABORT, 'disk full'); END");
            assertThat(office.run("ca issue alice@ours.example --key p256").exitCode())
                    .isNotZero();
            assertThat(office.issued()).as(when).isEmpty();
            office.sql("DROP TRIGGER full");
        }
    }

    @Test
    void aListOfUsersIsIssuedWhollyOrNotAtAll() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String bad = office.admin.write(
                "bad.csv", "address\nalice@ours.example\nnobody\nbob@ours.example,,nonsense\n\"x,@ours.example\n");
        String good = office.admin.write(
                "good.csv",
                "Address,More\r\nalice@ours.example,a.miller@ours.example,sign,ed25519\r\n\"bob@ours.example\"\r\n");

        Done done = office.run("ca issue --key p256 --csv", bad);
        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err())
                .containsExactly(
                        "error: " + bad + ": line 3: 'nobody' is not a mail address",
                        "error: " + bad + ": line 4: profile must be dual, split, sign or encrypt, not 'nonsense'",
                        "error: " + bad + ": line 5: a quote that does not end, or stands in the middle of a field",
                        "error: nothing issued",
                        "hint: a line is: address, further addresses, profile, kind of key");
        assertThat(office.issued()).isEmpty();
        assertThat(office.run("ca issue --key p256 --csv", good).err()).isEmpty();
        assertThat(office.issued())
                .extracting(each -> each.addresses().size() + " " + each.profile() + " " + each.key())
                .containsExactly("2 SIGN ed25519", "1 DUAL p256");
    }

    @Test
    void internationalAndHostileAddressesStandInTheIndexAsTheyAre() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String csv = office.admin.write(
                "users.csv",
                "jörg@ours.example\n\"\"\"a,b%09\"\"@ours.example\"\n" + "l".repeat(64) + "@ours.example\n");
        assertThat(office.run("ca issue --key p256 --csv", csv).err()).isEmpty();
        assertThat(office.issued())
                .extracting(each -> each.addresses().getFirst().toString())
                .containsExactly("jörg@ours.example", "\"a,b%09\"@ours.example", "l".repeat(64) + "@ours.example");
        assertThat(office.admin.run("cert lint --all").exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void whoHasNoneGetsOneAndWhatEndsIsRenewedOnce() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example bob@ours.example --key p256 --days 40");
        assertThat(office.run("ca issue --missing --key p256").out()).containsExactly("0 certificates issued");
        assertThat(office.run("ca renew").out()).containsExactly("0 certificates renewed");

        office.admin.at(Administration.NOW.plus(Duration.ofDays(15)));
        assertThat(office.run("ca renew").out().getLast()).isEqualTo("2 certificates renewed");
        assertThat(office.run("ca renew").out()).containsExactly("0 certificates renewed");

        office.admin.at(Administration.NOW.plus(Duration.ofDays(400)));
        assertThat(office.run("ca issue --missing --key p256").out().getLast()).isEqualTo("2 certificates issued");
        assertThat(office.issued()).hasSize(6);
    }

    private static MirrorEntry entry(String id, boolean isDisabled, String address) {
        return new MirrorEntry(id, "f", isDisabled, List.of(MailAddress.of(address)), List.of(), List.of());
    }
}
