package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/**
 * Runs the three commands of README.md and the commands of docs/install.md on a Debian that has nothing else but a
 * Postfix: from the package to protected mail, an upgrade, and its removal. The ports 25, 587, 8080, 9725, 9726 and
 * 10024 to 10028 of this machine must be free.
 */
final class InstallIT {
    private static final HowtoPage PAGE = new HowtoPage("install.md");
    private static final HowtoPage README = new HowtoPage("../README.md");
    private static final String ALICE = "alice@example.com";
    private static final String BOB = "bob@partner.example";
    private static final String AUDITOR = "auditor@example.com";

    /** The ports that {@code postseal setup} takes, and those of Postfix. */
    private static final int METRICS = 9725;

    private static final int CONSOLE = 9726;
    private static final int RESPONDER = 8080;
    private static final int USERS = 587;
    private static final int STRANGERS = 25;

    private static DebianRoot root;
    private static TestPki pki;
    private static OpenSslPeer openssl;

    @BeforeAll
    static void makeRoot() {
        Requirements.postfix();
        Requirements.programs("openssl");
        Packages.made();
        root = DebianRoot.make();
        pki = new TestPki().user(ALICE, KeyAlgorithm.RSA2048).user(BOB, KeyAlgorithm.RSA2048);
        openssl = new OpenSslPeer(pki);
    }

    @AfterAll
    static void removeRoot() {
        Closing.all(root, openssl, pki);
    }

    @Test
    void isInstalledServesIsUpgradedAndLeavesWhatIsNotItsOwn() throws Exception {
        assertThat(root.run("java -version || ls /usr/lib/jvm").isSuccess()).isFalse();
        try (PrivatePostfix partner = PrivatePostfix.start(new PostfixLayout("mail.partner.example").mailboxes(BOB))) {
            DebianPostfix own = DebianPostfix.install(
                    root, "example.com", List.of("alice"), partner.layout().inboundPort(), "sqlite3");
            List<String> before = own.files();
            threeCommandsLeadToProtectedMail(own, partner);

            edit();
            assertThat(root.said(PAGE.block("sh start"))).contains("Active: active (running)", "Status: \"policy ");
            assertThat(get(METRICS, "/ready")).isEqualTo(200);
            mailIsSignedAndEncrypted("first", partner);
            theJournalHasTheRecord();
            whatTheVerdictRestsOnIsKept();
            // It answers at once, since systemd was told when it was ready.
            assertThat(get(CONSOLE, "/")).isEqualTo(401);
            theConsoleSeesCertificatesAndNoKey();
            aReloadIsSaidToBeOver();
            aProcessThatDiesIsStartedAgain();
            theAuthorityAnswersWithinMinutes();

            upgrade();
            theAuthorityGoesOn();
            mailIsSignedAndEncrypted("second", partner);
            assertThat(root.said("systemctl stop postseal-console postseal\n" + SHOW))
                    .contains("Result=success", "ActiveState=inactive");
            theCopyProvesTheEnd();
            aWrongConfigurationIsNotTriedAgain();
            aBackupServesWhereNothingIs(partner);
            everythingIsThere();
            aReviewerNeedsTheGroupAlone();
            assertThat(root.said("postseal setup --undo")).contains("postseal.service is stopped");
            assertThat(own.files()).isEqualTo(before);
        }
        String configuration = root.read("etc/postseal/postseal.yaml");
        remove();
        theTarballServesAsThePackageDid(configuration);
    }

    /** Somebody types the commands of the first page and answers the questions, and mail is protected from then on. */
    private static void threeCommandsLeadToProtectedMail(DebianPostfix own, PrivatePostfix partner) {
        List<String> commands = README.block("sh").lines().toList();
        assertThat(commands).hasSize(3);
        install(commands.get(0));
        aBadCacheIsNoTrouble();
        // Domain, whose authority, first users, organization, country, go on; whatever the umask of root
        root.write("root/typed", "\n\nalice@example.com\n\nDE\n\n");
        assertThat(root.said("umask 077\nscript -qec '" + commands.get(1) + "' /dev/null < typed"))
                .contains("the gateway answered 250 2.", "the audit log says: deliver, signed SHA256");
        assertThat(root.said(commands.get(2))).contains("Active: active (running)");
        assertThat(root.said("cd /etc/postseal\nstat -c '%n %U %a' policy.yaml postseal.yaml root.pass setup/lock"))
                .isEqualTo("policy.yaml root 644\npostseal.yaml root 644\nroot.pass root 600\nsetup/lock root 600\n");

        OpenSslMail.verified(own.awaitMail("alice", "Subject: Postseal: a trial"), root.path(AUTHORITY));
        root.said("postseal cert export " + ALICE + " -o alice.pem");
        SmtpSender.send(
                STRANGERS,
                BOB,
                List.of(ALICE),
                OpenSslMail.sealed(root.path("root/alice.pem"), BOB, ALICE, "sealed", "for alice alone"));
        assertThat(new String(own.awaitMail("alice", "Subject: sealed"), UTF_8)).contains("for alice alone");

        // What somebody has to know to encrypt to a partner
        root.copy(pki.identity(BOB).certificate(), "root/bob.pem");
        root.write("root/partner-ca.pem", text(pki.root()) + text(pki.intermediate()));
        root.said("postseal trust import partners partner-ca.pem\npostseal cert import bob.pem");
        mailIsSignedAndEncrypted("zeroth", partner);
    }

    /** Installs an older package, with the packages that it depends on. */
    private static void install(String command) {
        Path folder = TemporaryHome.create("older");
        Path older = Packages.older(Packages.deb(Packages.made()), folder);
        root.copy(older, "root/" + older.getFileName());
        TemporaryHome.delete(folder);
        assertThat(PAGE.block("sh install")).isEqualTo(command + "\n");
        root.said(command);
        root.said("rm postseal_*.deb\ncp -a /etc/postseal as-packaged");

        assertThat(root.said("postseal version")).startsWith("postseal ");
        assertThat(root.said("stat -c '%U %a' /var/lib/postseal /var/log/postseal /var/cache/postseal/postseal.aot"))
                .isEqualTo("postseal 700\npostseal 750\nroot 644\n");
        assertThat(root.said("systemctl is-enabled postseal postseal-console || true"))
                .isEqualTo("disabled\ndisabled\n");
        assertThat(root.said(SHOW)).contains("ActiveState=inactive");
        for (String unit : List.of(
                "postseal.service",
                "postseal-ca-ocsp.service",
                "postseal-ca-serve.service",
                "postseal-console.service",
                "postseal-enrol.service",
                "postseal-stamp.service",
                "postseal-sync.service")) {
            for (String word : root.read("usr/lib/systemd/system/" + unit).split("\\s|=", -1)) {
                if (word.startsWith("man:")) {
                    String page = word.replaceFirst("man:(.*)\\(1\\)", "usr/share/man/man1/$1.1.gz");
                    assertThat(root.path(page)).exists();
                }
            }
        }
    }

    /**
     * With a cache for other jars, a file that is no cache, or none, the program is slower and prints nothing about it.
     */
    private static void aBadCacheIsNoTrouble() {
        String cache = "/var/cache/postseal/postseal.aot";
        root.said("mkdir kept\ncp -a " + cache + " kept\ncp -a --attributes-only /usr/lib/postseal/lib kept");
        for (String spoil : List.of("touch /usr/lib/postseal/lib/*.jar", "echo nonsense > " + cache, "rm " + cache)) {
            Command.Result result = root.run(spoil + "\npostseal version");
            assertThat(result.isSuccess()).isTrue();
            assertThat(result.messages()).isEmpty();
            assertThat(new String(result.output(), UTF_8)).matches("postseal \\S+ \\(Java [^)]+\\)\n");
        }
        root.said("mv kept/postseal.aot " + cache
                + "\nfor jar in /usr/lib/postseal/lib/*.jar; do touch -r kept/lib/${jar##*/} $jar; done");
    }

    /** By hand, with the package's files and the users' own keys. */
    private static void byHandItIsSoundAsWell() {
        root.copy(pki.identity(ALICE).pkcs12(), "root/alice.p12");
        root.write("root/alice.password", Identity.PASSWORD + "\n");
        root.said("cp -a as-packaged/. /etc/postseal\nsystemd-tmpfiles --create postseal.conf");
        assertThat(root.said(PAGE.block("sh keys"))).contains(BOB);
        assertThat(root.said(PAGE.block("sh check"))).startsWith("ok: ").contains("11 cases passed");
    }

    /** The console, in its unit as shipped, sees what the gateway has written and no file that has a key. */
    private static void theConsoleSeesCertificatesAndNoKey() throws IOException, InterruptedException {
        Await.until(
                () -> Files.exists(root.path("var/lib/postseal/public/certificates.db")),
                () -> root.said("ls -laR /var/lib/postseal; journalctl --no-pager -u postseal"));
        assertThat(page("/")).contains("Certificates that expire, by week").doesNotContain("Not counted");
        assertThat(page("/certificates?address=" + ALICE.replace("@", "%40")))
                .contains("Certificates as the gateway wrote them down")
                .contains("To sign for " + ALICE)
                .doesNotContain("What this page does not see");
        String bob = page("/certificates?address=" + BOB.replace("@", "%40"));
        assertThat(bob).contains("Chosen: ", "There is no key for this address");
        String console = root.said("systemctl show postseal-console --property=MainPID --value")
                .strip();
        String seen = root.said("nsenter -t " + console
                + " -m -- find /var/lib/postseal /etc/postseal/store /etc/credstore -type f 2>/dev/null || true");
        assertThat(seen).isEqualTo("/var/lib/postseal/public/certificates.db\n");
        for (String file : List.of("/var/lib/postseal/public/x", "/var/lib/postseal/x", "/var/log/postseal/x")) {
            assertThat(root.run("nsenter -t " + console + " -m -- touch " + file)
                            .isSuccess())
                    .as(file)
                    .isFalse();
        }
    }

    /**
     * Edits the configuration as an admin does: it gets a copy of the log in systemd's journal, and users of the
     * console.
     */
    private static void edit() {
        String text = root.read("etc/postseal/postseal.yaml");
        assertThat(text).contains("\naudit:\n", "\nconsole: { ");
        root.write(
                "etc/postseal/postseal.yaml",
                text.replace("\naudit:\n", "\naudit:\n  journald: all\n")
                        .replace(
                                "\nconsole: { ",
                                "\nconsole: { auth: { passwords: credential:postseal-console.logins }, "));
        root.said("install -d -m 0700 /etc/credstore\numask 077\nprintf 'pencil\\n' | postseal password " + AUDITOR
                + " > /etc/credstore/postseal-console.logins\nsystemctl restart postseal.service");
    }

    private static void mailIsSignedAndEncrypted(String id, PrivatePostfix partner) {
        SmtpSender.send(
                USERS,
                ALICE,
                List.of(BOB),
                SmimeMail.message(id, ALICE, BOB, SmimeMail.entity("Hello\r\n")).octets());
        byte[] arrived = partner.awaitMail(BOB, "<" + id + "@test>");
        byte[] opened = SmimePeer.expectPlain(openssl.decryptMessage(arrived, pki.identity(BOB)));
        OpenSslMail.verified(opened, root.path(AUTHORITY));
    }

    /**
     * The gateway in its sandboxed unit has copied the record to the journal, where it is found by its number in the
     * chain.
     */
    private static void theJournalHasTheRecord() {
        Await.until(
                () -> journal("").stream().anyMatch(InstallIT::isOfTheFirst),
                () -> root.said("journalctl --no-pager -u postseal"));
        List<String> copied = journal("");
        List<String> log = root.read(LOG).lines().toList();
        // The copy begins with the restart
        assertThat(log).containsSequence(copied);
        String record = log.stream().filter(InstallIT::isOfTheFirst).findFirst().orElseThrow();
        String number = record.replaceFirst(".*\"postseal\\.chain\\.number\":(\\d+).*", "$1");
        assertThat(journal("POSTSEAL_NUMBER=" + number)).containsExactly(record);
    }

    /** A sandboxed service sees less of the machine, but it must still know its disk. */
    private static void whatTheVerdictRestsOnIsKept() {
        String record =
                journal("").stream().filter(InstallIT::isOfTheFirst).findFirst().orElseThrow();
        List<String> named = Pattern.compile("\"\\d ([0-9a-f]{64}) ")
                .matcher(record)
                .results()
                .map(each -> each.group(1) + ".cer")
                .distinct()
                .toList();
        assertThat(named).hasSizeGreaterThan(2);
        Await.until(
                () -> named.stream()
                        .allMatch(name -> Files.exists(root.path(EVIDENCE).resolve(name))),
                () -> root.said("ls -la /" + EVIDENCE + "; journalctl --no-pager -u postseal"));
        assertThat(root.said("journalctl --no-pager -u postseal")).doesNotContain("is not kept");
    }

    private static boolean isOfTheFirst(String line) {
        return line.contains("<first@test>");
    }

    /** Returns what the journal has of the gateway's unit alone. */
    private static List<String> journal(String field) {
        return root.said("journalctl --no-pager -o cat _SYSTEMD_UNIT=postseal.service POSTSEAL_AUDIT=audit " + field)
                .lines()
                .toList();
    }

    /**
     * By the commands of the page, the copy in the journal serves as a checkpoint kept elsewhere, and shows that the
     * end of the log is missing.
     */
    private static void theCopyProvesTheEnd() {
        String commands = new HowtoPage("howto-ship-audit.md").block("sh journal");
        root.said(commands);
        String verify = "postseal audit verify --checkpoint kept.jsonl";
        assertThat(root.said(verify)).contains("by a checkpoint kept elsewhere; unproven after it");
        // This cuts off the last record and the checkpoint behind it.
        Command.Result cut = root.run("cp -a /" + LOG + " whole\nhead -n -2 whole > /" + LOG + "\n" + verify
                + " || code=$?\nmv whole /" + LOG + "\nexit ${code:-0}");
        assertThat(cut.exitStatus()).as(cut.toString()).isEqualTo(ExitCode.REFUSED);
    }

    /** {@code systemctl reload} returns when the gateway says that the reload is complete. */
    private static void aReloadIsSaidToBeOver() {
        String before = main();
        assertThat(root.said("systemctl reload postseal\n" + SHOW)).contains("ActiveState=active", "SubState=running");
        assertThat(root.said("journalctl -u postseal --no-pager")).contains("reload");
        assertThat(main()).isEqualTo(before);
    }

    private static void aProcessThatDiesIsStartedAgain() {
        String before = main();
        root.said("systemctl kill --signal=KILL postseal");
        Await.until(
                () -> !main().equals(before) && root.said(SHOW).contains("ActiveState=active"),
                () -> root.said("journalctl -u postseal --no-pager"));
        assertThat(root.said(SHOW)).contains("NRestarts=1");
    }

    /** OpenSSL asks the units of the authority, while root goes on issuing and revoking by hand. */
    private static void theAuthorityAnswersWithinMinutes() {
        root.said("cd /etc/postseal\nmv ca/root.key /root\n" + new HowtoPage("howto-ca.md").block("sh units"));
        Await.until(
                () -> Files.exists(root.path("etc/postseal/ca/public/answers.ocsp")),
                () -> root.said("journalctl --no-pager -u postseal-ca-ocsp"));
        assertThat(answerAbout("alice")).contains(": good");
        root.said("""
                cd /etc/postseal
                postseal ca issue carol@example.com --passphrase-file issuing.pass
                postseal cert export carol@example.com -o /root/carol.pem
                """);
        assertThat(answerAbout("carol")).contains(": good");
        root.said("cd /etc/postseal\n"
                + "postseal ca revoke carol@example.com --reason keyCompromise --passphrase-file issuing.pass");
        assertThat(answerAbout("carol")).contains(": revoked", "keyCompromise");
        // What root has written is the service's, too.
        assertThat(root.said("find /etc/postseal/ca ! -user postseal")).isEmpty();
        assertThat(root.said("systemctl start postseal-ca-ocsp\nsystemctl show postseal-ca-ocsp --property=Result"))
                .isEqualTo("Result=success\n");
        assertThat(answerAbout("carol")).contains(": revoked");

        String server = root.said("systemctl show postseal-ca-serve --property=MainPID --value")
                .strip();
        String inItsSpace = "nsenter -t " + server + " -m -- ";
        assertThat(root.said(inItsSpace + "find /etc/postseal ! -type d -printf '%h\n' | sort -u"))
                .isEqualTo("/etc/postseal/ca/public\n");
        assertThat(root.run(inItsSpace + "touch /etc/postseal/ca/public/x").isSuccess())
                .isFalse();
    }

    /** Returns what OpenSSL hears of a certificate from the responder, whose answer it verifies. */
    private static String answerAbout(String user) {
        Command.Result said = Command.of(
                        "openssl",
                        "ocsp",
                        "-issuer",
                        root.path("etc/postseal/ca/issuing.pem"),
                        "-CAfile",
                        root.path(AUTHORITY),
                        "-cert",
                        root.path("root/" + user + ".pem"),
                        "-no_nonce",
                        "-url",
                        "http://127.0.0.1:" + RESPONDER + "/ocsp")
                .run();
        assertThat(said.messages()).contains("Response verify OK");
        return new String(said.output(), UTF_8);
    }

    /** An upgrade starts the units of the authority again. */
    private static void theAuthorityGoesOn() {
        String units = "postseal-ca-serve.service postseal-ca-ocsp.timer";
        assertThat(root.said("systemctl is-active " + units)).isEqualTo("active\nactive\n");
        assertThat(answerAbout("carol")).contains(": revoked");
        root.said("systemctl disable --now " + units);
    }

    /** A restart does not repair a wrong configuration, so systemd makes none. */
    private static void aWrongConfigurationIsNotTriedAgain() {
        root.said("sed -i 's/^nextHop:/nextHops:/' /etc/postseal/postseal.yaml");
        assertThat(root.run("systemctl start postseal").isSuccess()).isFalse();
        assertThat(root.said(SHOW)).contains("ActiveState=failed", "ExecMainStatus=78", "NRestarts=0");
        root.said("sed -i 's/^nextHops:/nextHop:/' /etc/postseal/postseal.yaml");
    }

    /** Returns the number of the gateway's process. */
    private static String main() {
        return root.said("systemctl show postseal --property=MainPID --value").strip();
    }

    /** Returns a page of the console, as the user who may see it. */
    private static String page(String path) throws IOException, InterruptedException {
        String login = Base64.getEncoder().encodeToString((AUDITOR + ":pencil").getBytes(UTF_8));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + CONSOLE + path))
                            .header("Authorization", "Basic " + login)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }

    private static int get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static void upgrade() {
        String edited = root.read("etc/postseal/postseal.yaml");
        String kept = root.said(OWN);
        root.copy(Packages.deb(Packages.made()), "root/postseal_new.deb");
        String before = main();
        root.said(PAGE.block("sh upgrade"));

        // Mail needs a running gateway.
        assertThat(root.said(SHOW)).contains("ActiveState=active");
        assertThat(main()).isNotEqualTo(before);
        assertThat(root.read("etc/postseal/postseal.yaml")).isEqualTo(edited);
        assertThat(root.read("etc/postseal/policy.test.yaml")).doesNotContain("of the older version");
        assertThat(root.said(OWN)).isEqualTo(kept);
        assertThat(root.path("var/cache/postseal/postseal.aot")).exists();
    }

    private static void everythingIsThere() {
        assertThat(root.said("postseal audit query --address " + BOB + " --format=json"))
                .contains("<zeroth@test>", "<first@test>", "<second@test>", "<third@test>");
        assertThat(root.said("postseal key list")).contains(ALICE);
        assertThat(root.said("postseal journal list")).contains("bob@partner.example");
    }

    /** Restores a backup by its page. The kept files have the user numbers of another machine. */
    private static void aBackupServesWhereNothingIs(PrivatePostfix partner) {
        HowtoPage page = new HowtoPage("howto-backup.md");
        root.said("systemctl start postseal\n" + page.block("sh back up"));
        String nothing = "rm -rf /etc/postseal/* /var/lib/postseal/* /var/log/postseal/*";
        root.said("""
                cp -a /var/lib/postseal/master.key /mnt
                systemctl stop postseal
                cd /var/backups/postseal/2*
                chown -R 4711:4711 log store audit-key.pem
                """ + nothing);
        byHandItIsSoundAsWell();
        root.said(nothing);
        assertThat(root.said(
                        "BACKUP=$(echo /var/backups/postseal/2*)\nMASTER=/mnt/master.key\n" + page.block("sh restore")))
                .contains("ok: ", "no record up to ");
        // The chain goes on from before the upgrade to after it, and over the restoration
        mailIsSignedAndEncrypted("third", partner);
        root.said("systemctl stop postseal");
    }

    /** A reviewer who is in the group can read neither keys nor the database (docs/howto-reviewer.md). */
    private static void aReviewerNeedsTheGroupAlone() {
        root.said("useradd --create-home --groups postseal ruth");
        String asRuth = "cd /home/ruth\nrunuser -u ruth -- ";
        assertThat(root.run(asRuth + "cat /var/lib/postseal/master.key").isSuccess())
                .isFalse();
        assertThat(root.said(asRuth + "postseal audit verify")).contains("no record up to ");
        assertThat(root.said(asRuth + "postseal audit export third@test --out evidence"))
                .startsWith("wrote 1 record, ");
        Command.Result report = root.run(asRuth + "postseal audit report");
        assertThat(report).matches(Command.Result::isSuccess);
        assertThat(new String(report.output(), UTF_8))
                .contains("NOT in the tables of certificates", "/var/lib/postseal/postseal.db: ruth may not read it");
    }

    private static void remove() {
        String kept = root.said(KEPT);
        root.said(PAGE.block("sh remove"));
        assertThat(root.said(KEPT)).isEqualTo(kept);
        assertThat(root.path("etc/postseal/postseal.yaml")).exists();
        assertThat(root.path("usr/lib/postseal")).doesNotExist();
        assertThat(root.path("var/cache/postseal")).doesNotExist();

        Command.Result purged = root.run("apt-get purge postseal");
        assertThat(purged.isSuccess()).as(purged.toString()).isTrue();
        assertThat(purged.messages() + new String(purged.output(), UTF_8))
                .contains("/var/lib/postseal stays", "/var/log/postseal stays", "/etc/postseal/ca stays");
        assertThat(root.path("etc/postseal/policy.yaml")).doesNotExist();
        assertThat(root.path(AUTHORITY)).exists();
        assertThat(root.said(KEPT)).isEqualTo(kept);
    }

    /** The tarball is unpacked over the machine after the package is removed, and finds what the package has left. */
    private static void theTarballServesAsThePackageDid(String configuration) throws Exception {
        Path tarball = Packages.only(Packages.made(), ".tar.gz");
        root.copy(tarball, "root/" + tarball.getFileName());
        String modes = "stat -c '%n %U %G %a' / /usr /usr/bin /usr/lib /usr/share /etc";
        String before = root.said(modes);
        String block = PAGE.block("sh tarball");
        assertThat(block).contains("postseal-0.1.0-linux-x86_64.tar.gz");
        assertThat(root.said(block.replace("postseal-0.1.0-linux-x86_64.tar.gz", tarball.getFileName() + "")))
                .contains("ok: /etc/postseal/postseal.yaml");
        assertThat(root.said(modes)).isEqualTo(before);
        assertThat(root.path("var/cache/postseal/postseal.aot")).exists();
        root.write("etc/postseal/postseal.yaml", configuration);
        root.said("systemctl start postseal.service");
        assertThat(get(METRICS, "/ready")).isEqualTo(200);
        root.said("systemctl stop postseal.service");
        assertThat(root.said("postseal audit verify"))
                .contains("no record up to ")
                .doesNotContain("error:");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final String AUTHORITY = "etc/postseal/ca/root.pem";
    private static final String LOG = "var/log/postseal/audit.jsonl";
    private static final String EVIDENCE = "var/log/postseal/audit-evidence";

    private static final String SHOW =
            "systemctl show postseal --property=ActiveState,SubState,Result,ExecMainStatus,NRestarts";

    /** Lists what a running gateway does not change: the owner and mode of its files, and its keys. */
    private static final String OWN =
            "find /var/lib/postseal /var/log/postseal -type f ! -name '*-shm' ! -name '*-wal' ! -path '*/public/*'"
                    // Each start begins a new segment.
                    + " ! -name '*.ledger*' -exec stat -c '%n %U %a' {} + | sort; sha256sum /var/lib/postseal/*key*";

    /** Lists every file of keys, certificates, journal and log, with owner, mode and content. */
    private static final String KEPT = "find /var/lib/postseal /var/log/postseal -type f ! -name '*-shm'"
            + " -exec stat -c '%n %U %a' {} + -exec sha256sum {} + | sort";
}
