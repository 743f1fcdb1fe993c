package org.postseal.gateway.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.ca.CaException;
import org.postseal.certstore.ca.Profile;
import org.postseal.certstore.ca.SigningRequest;
import org.postseal.certstore.database.MirrorEntry;
import org.postseal.certstore.database.Mirrors;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.cli.directory.Administration;
import org.postseal.gateway.cli.directory.Administration.Done;
import org.postseal.gateway.testing.Action;
import org.postseal.gateway.testing.Script;
import org.postseal.gateway.testing.ScriptedNextHop;

/** What is issued, renewed, revoked and refused. */
final class CaCommandsTest {
    private static final MailAddress ALICE = MailAddress.of("alice@ours.example");

    private final Path folder;

    CaCommandsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aSecondInitChangesNothing() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String before = everything(office);

        Done done = office.init();

        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err().getFirst()).isEqualTo("error: " + office.file("").toString() + " is there already");
        assertThat(everything(office)).isEqualTo(before);
        assertThat(office.actions()).containsExactly("key-init");
    }

    @Test
    void initRefusesShortPassphrasesAndHostileNames() throws IOException {
        CaOffice office = CaOffice.in(folder);
        String brief = office.admin.write("brief", "secret\n");

        Done done = office.admin.run(
                "ca init --key p256 --organization Ours --country DE --url " + CaOffice.URL,
                "--root-passphrase-file",
                brief,
                "--passphrase-file",
                brief);
        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err()).containsExactly("error: the passphrase of the root has less than 12 characters");
        for (String wrong : List.of("https://pki.ours.example/", "http://pki.ours.example", "http://x/?a/")) {
            assertThat(office.admin
                            .run("ca init --organization Ours --country DE --url", wrong)
                            .exitCode())
                    .isEqualTo(ExitCode.USAGE);
        }
        assertThat(office.admin
                        .run("ca init --country DE --url " + CaOffice.URL + " --organization", "Ours\nO=Theirs")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(office.file("")).doesNotExist();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(each -> each.getFileName().toString())).noneMatch(name -> name.contains("ca"));
        }
    }

    @Test
    void whatIsIssuedIsInTheStoreWithItsKey() throws Exception {
        CaOffice office = CaOffice.withAuthority(folder);

        Done done = office.run("ca issue alice@ours.example --key p256");

        assertThat(done.err()).isEmpty();
        assertThat(done.out().getLast()).isEqualTo("1 certificate issued");
        MasterKey master = MasterKey.read(office.admin.file("master.key"));
        List<KeyHandle> keys = office.admin.database(database -> new KeyVault(database, master).keysOf(ALICE));
        assertThat(keys).singleElement().satisfies(key -> {
            assertThat(key.certificate().id())
                    .isEqualTo(entries(office).getFirst().id());
            assertThat(key.chain()).hasSize(1);
        });
        assertThat(office.actions()).containsExactly("key-init", "ca-issue");
        assertThat(office.admin.run("cert lint alice@ours.example").out()).containsExactly("1 certificate, 0 findings");
    }

    @Test
    void splitMakesTwoKeys() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        assertThat(office.run("ca issue alice@ours.example --key p256 --profile split")
                        .err())
                .isEmpty();
        assertThat(entries(office)).extracting(each -> each.profile()).containsExactly(Profile.SIGN, Profile.ENCRYPT);
    }

    @Test
    void nothingIsIssuedForOthersOrByAWrongPassphrase() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String wrong = office.admin.write("wrong", "not the passphrase\n");

        assertThat(office.run("ca issue alice@ours.example mallory@theirs.example")
                        .err())
                .containsExactly(
                        "error: not of the organization: mallory@theirs.example",
                        "hint: a domain is ours when 'internal' of the policy names it");
        Done done = office.admin.run("ca issue alice@ours.example --key p256 --passphrase-file", wrong);
        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err().getFirst()).contains("wrong password");
        assertThat(office.run("ca issue alice@ours.example --key ed25519").err())
                .containsExactly("error: a key of kind ed25519 is not for profile dual");
        office.admin.at(Administration.NOW.plus(Duration.ofDays(4000)));
        assertThat(office.run("ca issue alice@ours.example --key p256").err().getFirst())
                .startsWith("error: the intermediate is valid from ");
        assertThat(entries(office)).isEmpty();
        assertThat(office.actions()).containsExactly("key-init");
    }

    @Test
    void aRequestMustBeSignedAndAskForOursAlone() throws IOException, CaException {
        CaOffice office = CaOffice.withAuthority(folder);
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        String good = SigningRequest.make(key, List.of(ALICE));
        String foreign = SigningRequest.make(key, List.of(ALICE, MailAddress.of("bob@theirs.example")));
        String strong = SigningRequest.make(KeyMaterial.generate(KeyAlgorithm.RSA2048), List.of(ALICE));
        byte[] der = java.util.Base64.getMimeDecoder()
                .decode(good.replaceAll("-----[A-Z ]+-----", "").strip());
        der[der.length - 3] ^= 1;

        assertThat(csr(office, "foreign.csr", octets(foreign), ALICE, MailAddress.of("bob@theirs.example"))
                        .err()
                        .getFirst())
                .isEqualTo("error: not of the organization: bob@theirs.example");
        assertThat(csr(office, "forged.csr", der).err())
                .containsExactly(
                        "error: the request is not signed by the key it names: nobody has shown that he has it");
        assertThat(csr(office, "none.csr", octets("hello")).err())
                .containsExactly("error: the request is no PKCS #10 request");
        assertThat(entries(office)).isEmpty();
        assertThat(csr(office, "strong.csr", octets(strong)).err()).isEmpty();
        assertThat(csr(office, "good.csr", octets(good)).err()).isEmpty();
        assertThat(entries(office)).extracting(each -> each.ownKey()).containsExactly(false, false);
    }

    @Test
    void aRequestGetsNoAddressThatTheAdministratorDoesNotName() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        MailAddress chief = MailAddress.of("chief@ours.example");
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        byte[] forTwo = octets(SigningRequest.make(key, List.of(ALICE, chief)));
        byte[] forChief = octets(SigningRequest.make(key, List.of(chief)));

        Done unnamed = office.run("ca issue --csr", Files.write(office.admin.file("chief.csr"), forChief));
        assertThat(unnamed.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unnamed.err().getFirst()).startsWith("error: --csr needs the addresses that are its sender's");
        Done more = csr(office, "two.csr", forTwo);
        assertThat(more.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(more.err().getFirst()).isEqualTo("error: the request is also for chief@ours.example");
        assertThat(csr(office, "chief.csr", forChief).err())
                .containsExactly("error: the request is for chief@ours.example, not for every address given");
        assertThat(entries(office)).isEmpty();
        assertThat(csr(office, "two.csr", forTwo, chief, ALICE).err()).isEmpty();
        assertThat(entries(office).getFirst().addresses()).containsExactly(chief, ALICE);
    }

    @Test
    void aRequestWithAWeakKeyIsRefused() throws Exception {
        CaOffice office = CaOffice.withAuthority(folder);
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-new",
                        "-newkey",
                        "rsa:1024",
                        "-nodes",
                        "-keyout",
                        "weak.key",
                        "-out",
                        "weak.csr",
                        "-subj",
                        "/CN=alice@ours.example")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(openssl.waitFor()).isZero();

        Done done = office.run("ca issue alice@ours.example --csr", folder.resolve("weak.csr"));

        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err().getFirst()).contains("1024");
        assertThat(entries(office)).isEmpty();
    }

    @Test
    void whoseAddressBeginsWithTheWordOfTheHeadingIsNoHeading() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String users = office.admin.write("users.csv", "addressbook@ours.example\n");
        assertThat(office.run("ca issue --key p256 --csv", users).err()).isEmpty();
        assertThat(entries(office))
                .extracting(each -> each.addresses().getFirst().toString())
                .containsExactly("addressbook@ours.example");
    }

    @Test
    void aWebServerComesToWhatIsPublicAndNobodyElsewhere() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        assertThat(permissions(office.file(""))).isEqualTo("rwx--x--x");
        assertThat(permissions(office.file("public"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(office.file("public/issuing.crl"))).isEqualTo("rw-r--r--");
        assertThat(permissions(office.file("issued"))).isEqualTo("rwx------");
        for (String secret : List.of("issuing.key", "root.key", "index")) {
            assertThat(permissions(office.file(secret))).isEqualTo("rw-------");
        }
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
        // whoever comes back is named once, and counts again
        office.run("ca issue alice@ours.example --key p256 --days 2");
        office.admin.at(Administration.NOW.plus(Duration.ofDays(3)));
        assertThat(office.admin.run("ca issue --missing --dry-run").out())
                .contains("would issue for alice@ours.example (dual)");
    }

    @Test
    void initLeavesNothingWhenItCannotBeRecorded() throws Exception {
        CaOffice office = CaOffice.in(folder);
        sql("CREATE TRIGGER full BEFORE INSERT ON change_log BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        assertThat(office.init().exitCode()).isNotZero();
        assertThat(office.file("")).doesNotExist();
        sql("DROP TRIGGER full");
        assertThat(office.init().err()).isEmpty();
        assertThat(office.actions()).containsExactly("key-init", "ca-init");
    }

    @Test
    void whatIsNotStoredIsTakenBackOutOfTheIndex() throws Exception {
        CaOffice office = CaOffice.withAuthority(folder);
        for (String when : List.of("BEFORE INSERT ON change_log", "AFTER UPDATE ON generation")) {
            sql("CREATE TRIGGER full " + when + " BEGIN SELECT RAISE(ABORT, 'disk full'); END");
            assertThat(office.run("ca issue alice@ours.example --key p256").exitCode())
                    .isNotZero();
            assertThat(entries(office)).as(when).isEmpty();
            sql("DROP TRIGGER full");
        }
    }

    @Test
    void aRevocationThatCouldNotBeStoredIsStoredTheNextTime() throws Exception {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example --key p256");
        sql("CREATE TRIGGER full BEFORE INSERT ON change_log BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        Done failed = office.run("ca revoke alice@ours.example --reason keyCompromise");
        assertThat(failed.exitCode()).isNotZero();
        assertThat(failed.err()).anyMatch(each -> each.endsWith("do not know; run the command again"));
        assertThat(entries(office).getFirst().revocation()).isPresent();
        assertThat(office.actions()).containsExactly("key-init", "ca-issue");
        sql("DROP TRIGGER full");

        Done again = office.run("ca revoke alice@ours.example");
        assertThat(again.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(again.out().getFirst()).startsWith("was revoked before: ");
        assertThat(office.actions()).containsExactly("key-init", "ca-issue", "ca-revoke", "ca-crl");
        assertThat(office.admin.changes().get(2).details()).contains("reason keyCompromise");
        assertThat(office.admin
                        .database(database -> database.revocation()
                                .find(RevocationCache.Kind.CRL, "crl:" + CaOffice.URL + "issuing.crl"))
                        .orElseThrow()
                        .der())
                .isEqualTo(Files.readAllBytes(office.file("public/issuing.crl")));
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
                        "error: " + bad + ": line 4: 'nonsense' is none of dual, split, sign, encrypt",
                        "error: " + bad + ": line 5: a quote that does not end, or stands in the middle of a field",
                        "error: nothing issued",
                        "hint: a line is: address, further addresses, profile, kind of key");
        assertThat(entries(office)).isEmpty();
        assertThat(office.run("ca issue --key p256 --csv", good).err()).isEmpty();
        assertThat(entries(office))
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
        assertThat(entries(office))
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
        assertThat(entries(office)).hasSize(6);
    }

    @Test
    void revokingSignsAListAndHappensOnce() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example --key p256 --profile split");

        assertThat(office.run("ca revoke alice@ours.example").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(office.run("ca revoke alice@ours.example --all --reason certificateHold")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(office.run("ca revoke alice@ours.example --all --reason keyCompromise")
                        .err())
                .isEmpty();
        assertThat(entries(office))
                .allSatisfy(each -> assertThat(each.revocation().orElseThrow().reason())
                        .isEqualTo(RevocationReason.KEY_COMPROMISE));
        assertThat(office.run("ca revoke alice@ours.example --all --reason superseded")
                        .out())
                .satisfiesExactly(
                        each -> assertThat(each).startsWith("was revoked before: "),
                        each -> assertThat(each).startsWith("was revoked before: "),
                        each -> assertThat(each).startsWith("signed list 3: "));
        assertThat(entries(office))
                .allSatisfy(each -> assertThat(each.revocation().orElseThrow().reason())
                        .isEqualTo(RevocationReason.KEY_COMPROMISE));
        assertThat(office.run("ca revoke bob@ours.example").err())
                .containsExactly("error: nothing was issued here for bob@ours.example");
    }

    @Test
    void statusAlarmsBeforeListsEnd() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.OK);
        office.admin.at(Administration.NOW.plus(Duration.ofDays(8)));
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(office.run("ca crl").err()).isEmpty();
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.OK);
        office.admin.at(Administration.NOW.plus(Duration.ofDays(366)));
        assertThat(office.admin.run("ca status").out())
                .contains("ALARM: root.crl counts no more since 2027-06-01T12:00:00Z: postseal ca crl --root-key");
        assertThat(office.admin
                        .run(
                                "ca crl --root-key",
                                office.file("root.key"),
                                "--root-passphrase-file",
                                office.rootPassphrase())
                        .err())
                .isEmpty();
        assertThat(office.admin.run("ca status").out()).noneMatch(each -> each.contains("root.crl"));
    }

    @Test
    void eachNoticeIsWrittenOnce() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        Path out = Files.createDirectory(office.admin.file("out"));
        office.run("ca issue alice@ours.example bob@ours.example --key p256 --days 60");
        String command = "ca notices --from pki@ours.example --admin admin@ours.example --out " + out;

        assertThat(office.admin.run(command).out()).containsExactly("0 notices written");
        for (int days : new int[] {31, 47, 54, 59}) {
            office.admin.at(Administration.NOW.plus(Duration.ofDays(days)));
            assertThat(office.admin.run(command).out()).as("%s", days).containsExactly("3 notices written");
            assertThat(office.admin.run(command).out()).containsExactly("0 notices written");
        }
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files).hasSize(12);
        }
    }

    @Test
    void whomTheNextHopRefusesKeepsNoOtherNoticeBack() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example bob@ours.example carol@ours.example --key p256 --days 20");
        Script refusing = Script.onLine("RCPT TO:<alice@ours.example>", new Action.Say("550 5.1.1 no such user\r\n"));
        String command = "ca notices --from pki@ours.example --admin admin@ours.example --send";
        int port;
        try (ScriptedNextHop server = new ScriptedNextHop(refusing)) {
            port = server.port();
            Files.writeString(
                    office.admin.config(),
                    Files.readString(office.admin.config()).replace("127.0.0.1:10026", "127.0.0.1:" + port));

            Done done = office.admin.run(command);

            assertThat(done.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(done.out()).containsExactly("3 notices sent");
            assertThat(done.err())
                    .containsExactly(
                            "error: no notice to alice@ours.example: 550 5.1.1 no such user",
                            "hint: the next run tries again");
            assertThat(server.received())
                    .flatExtracting(each -> each.recipients())
                    .containsExactly("bob@ours.example", "carol@ours.example", "admin@ours.example");
            assertThat(server.received().getLast().text()).contains("could not be told: 550 5.1.1 no such user");
            assertThat(office.admin.run(command).out()).containsExactly("0 notices sent");
        }
        try (ScriptedNextHop server = ScriptedNextHop.onPort(port, Script.polite())) {
            assertThat(office.admin.run(command).out()).containsExactly("1 notice sent");
            assertThat(server.received())
                    .flatExtracting(each -> each.recipients())
                    .containsExactly("alice@ours.example");
        }
    }

    @Test
    void aRequestOfTheStoreTakesTheAnswerForItsKeyAlone() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        Path csr = office.admin.file("alice.csr");
        Path answer = office.admin.file("answer.pem");
        assertThat(office.admin
                        .run("key csr alice@ours.example --key p256 -o", csr)
                        .err())
                .isEmpty();
        assertThat(office.admin.run("key list").out().get(1)).startsWith("-").contains("requested");
        office.run("ca issue bob@ours.example --key p256 -o", office.admin.file("bob.pem"));
        assertThat(office.run("ca issue alice@ours.example --csr", csr, "-o", answer)
                        .err())
                .isEmpty();
        Path stranger = office.admin.file("stranger.pem");
        office.run(
                "ca issue alice@ours.example --csr",
                office.admin.write(
                        "stranger.csr", SigningRequest.make(KeyMaterial.generate(KeyAlgorithm.P256), List.of(ALICE))),
                "-o",
                stranger);

        assertThat(office.admin.run("key import", stranger).err().getFirst())
                .endsWith("none of its certificates is for a key of the store; certificates alone: 'cert import'");
        assertThat(office.admin.run("key import", answer).err()).isEmpty();
        assertThat(office.admin
                        .run("key list --address alice@ours.example")
                        .out()
                        .get(1))
                .contains("valid");
    }

    private static byte[] octets(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static Done csr(CaOffice office, String name, byte[] content) throws IOException {
        return csr(office, name, content, ALICE);
    }

    private static Done csr(CaOffice office, String name, byte[] content, MailAddress... addresses) throws IOException {
        Path file = Files.write(office.admin.file(name), content);
        String named = Stream.of(addresses).map(MailAddress::toString).collect(Collectors.joining(" "));
        return office.run("ca issue " + named + " --csr", file);
    }

    private static MirrorEntry entry(String id, boolean isDisabled, String address) {
        return new MirrorEntry(
                id, "f", isDisabled, List.of(MailAddress.of(address)), List.of(), List.of(), new byte[0]);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("postseal.db"));
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static List<org.postseal.certstore.ca.IssuedEntry> entries(CaOffice office) {
        try {
            return office.issued();
        } catch (CaException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every file of the authority with what is in it. */
    private static String everything(CaOffice office) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(office.file(""))) {
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                all.append(each).append(java.util.Arrays.hashCode(Files.readAllBytes(each)));
            }
        }
        return all.toString();
    }
}
