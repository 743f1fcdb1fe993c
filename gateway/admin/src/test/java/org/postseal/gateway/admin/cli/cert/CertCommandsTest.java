package org.postseal.gateway.admin.cli.cert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.Harvest.Conflict;
import org.postseal.certstore.database.Harvest.Outcome;
import org.postseal.certstore.database.Harvest.VerifiedSender;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests the commands of {@code cert} as an administrator types them. */
class CertCommandsTest {
    private static final String BOB = "bob@partner.example";

    private final Instant now = Clock.systemUTC().instant();
    private final CertificateAuthority partner =
            CertificateAuthority.create("Partner", now.minus(Duration.ofDays(9)), now.plus(Duration.ofDays(900)));
    private final MailCertificate bob = issue(BOB, 100).certificate();

    private final CapturedConsole console = new CapturedConsole();

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(folder.resolve("store"));
        // The commands do not read the policy
        Files.writeString(folder.resolve("policy.yaml"), "broken");
        Files.writeString(folder.resolve("postseal.yaml"), """
            listeners: [{ protocol: lmtp, address: "127.0.0.1:10024" }]
            nextHop: "127.0.0.1:10026"
            directory: { database: postseal.db, masterKey: master.key }
            trust: { collections: [partners] }
            """);
        Files.writeString(folder.resolve("bob.pem"), bob.toPem());
        Files.writeString(
                folder.resolve("ca.pem"),
                partner.root().toPem() + partner.issuer().toPem());
    }

    @Test
    void explainSaysWhyAndWhyNot() {
        run("cert", "import", folder.resolve("bob.pem").toString());
        assertThat(run("cert", "explain", BOB)).isEqualTo(ExitCode.REFUSED);
        assertThat(lastLine()).isEqualTo("none: untrusted: no path to a trust anchor (code 4)");
        run("trust", "import", "partners", folder.resolve("ca.pem").toString());
        assertThat(run("cert", "explain", BOB)).isEqualTo(ExitCode.OK);
        assertThat(lastLine())
                .isEqualTo("chosen: " + bob.id().hex().substring(0, 16) + " from own, the only usable one");
        assertThat(run("cert", "explain", "nobody@partner.example", "--json")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.out()).contains("\"result\": \"none\"").contains("\"source\": \"harvested\"");
        assertThat(run("cert", "explain", "no address")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err())
                .isEqualTo("error: not a mail address: no address\nhint: write it as alice@example.com\n");
    }

    @Test
    void importIsAllOrNothingAndNamesEveryBadElement() throws IOException {
        String broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        Path file = Files.writeString(folder.resolve("two.pem"), bob.toPem() + broken + broken);
        assertThat(run("cert", "import", file.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()
                        .lines()
                        .filter(line -> line.startsWith(file + ": "))
                        .count())
                .as("%s", console.err())
                .isEqualTo(2);
        assertThat(run("cert", "list")).isNotEqualTo(ExitCode.SOFTWARE);
        assertThat(console.out()).doesNotContain(BOB);
        assertThat(Files.exists(folder.resolve("postseal.db")) ? recorded() : List.of())
                .isEmpty();
    }

    @Test
    void exportWritesWhatImportReads() throws IOException {
        run("cert", "import", folder.resolve("bob.pem").toString());
        for (String format : List.of("pem", "der", "p7b", "sst", "ldif")) {
            Path file = folder.resolve("exported." + format);
            assertThat(run("cert", "export", BOB, "--format", format, "-o", file.toString()))
                    .as("%s: %s", format, console.err())
                    .isEqualTo(ExitCode.OK);
            assertThat(run("cert", "import", file.toString()))
                    .as("%s: %s", format, console.err())
                    .isEqualTo(ExitCode.OK);
            assertThat(lastLine()).isEqualTo("0 added, 1 known already");
            assertThat(run("cert", "export", BOB, "--format", format, "-o", file.toString()))
                    .as("not replaced without --force")
                    .isNotEqualTo(ExitCode.OK);
        }
        assertThat(run("cert", "show", bob.id().hex().substring(0, 4), "--pem")).isEqualTo(ExitCode.OK);
        assertThat(console.out()).isEqualTo(bob.toPem());
    }

    @Test
    void pinsBlocksAndRemovalsAreTakenBack() {
        run("cert", "import", folder.resolve("bob.pem").toString());
        run("trust", "import", "partners", folder.resolve("ca.pem").toString());
        assertThat(run("cert", "block", BOB)).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "explain", BOB)).isEqualTo(ExitCode.REFUSED);
        assertThat(run("cert", "unblock", BOB)).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "explain", BOB)).isEqualTo(ExitCode.OK);
        // Carl's mailbox is behind the partner's gateway, and the certificate does not name it
        assertThat(run("cert", "pin", "carl@partner.example", BOB)).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "explain", "carl@partner.example")).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "remove", BOB)).as("it is pinned").isEqualTo(ExitCode.REFUSED);
        assertThat(run("cert", "unpin", "carl@partner.example")).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "remove", BOB)).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "explain", BOB)).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void aGatewaysCertificateServesItsWholeDomain() {
        run("cert", "import", folder.resolve("bob.pem").toString());
        run("trust", "import", "partners", folder.resolve("ca.pem").toString());
        assertThat(run("cert", "explain", "carl@partner.example")).isEqualTo(ExitCode.REFUSED);
        assertThat(run("cert", "map", "@partner.example", BOB)).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "explain", "carl@partner.example")).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "explain", "carl@sub.partner.example")).isEqualTo(ExitCode.REFUSED);
        assertThat(run("cert", "unmap", "@partner.example", BOB)).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "explain", "carl@partner.example")).isEqualTo(ExitCode.REFUSED);
        assertThat(run("cert", "unmap", "@partner.example", BOB)).isEqualTo(ExitCode.REFUSED);
        assertThat(run("cert", "map", "@", BOB)).isEqualTo(ExitCode.USAGE);
        assertThat(recorded()).containsExactly("cert-import", "trust-import", "cert-map", "cert-unmap");
    }

    @Test
    void whatVerifiedMailBroughtWaitsForTheAdministrator() {
        run("trust", "import", "partners", folder.resolve("ca.pem").toString());
        MailCertificate changed = issue(BOB, 200).certificate();
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("postseal.db"))) {
            assertThat(database.harvest().observe(new VerifiedSender(MailAddress.of(BOB), bob, now), now))
                    .isEqualTo(new Outcome.Added());
            assertThat(database.harvest().observe(new VerifiedSender(MailAddress.of(BOB), changed, now), now))
                    .isEqualTo(new Outcome.Held(Conflict.CHANGED_KEY));
        }
        String brief = changed.id().hex().substring(0, 16);
        assertThat(run("cert", "held")).isEqualTo(ExitCode.OK);
        assertThat(console.out()).contains(brief).contains("another key was seen before");
        assertThat(lastLine()).isEqualTo("1 certificate held");
        run("cert", "explain", BOB);
        assertThat(lastLine()).startsWith("chosen: " + bob.id().hex().substring(0, 16));
        assertThat(run("cert", "accept", "carl@partner.example", brief)).isEqualTo(ExitCode.REFUSED);
        assertThat(run("cert", "accept", BOB, brief)).as("%s", console.err()).isEqualTo(ExitCode.OK);
        run("cert", "explain", BOB);
        assertThat(lastLine()).startsWith("chosen: " + brief);
        assertThat(run("cert", "dismiss", BOB, brief)).isEqualTo(ExitCode.OK);
        assertThat(run("cert", "held", "--json")).isEqualTo(ExitCode.OK);
        assertThat(console.out()).isEqualTo("[]\n");
        assertThat(recorded()).containsExactly("trust-import", "cert-accept", "cert-dismiss");
    }

    @Test
    void foreignTextCannotTouchTheTerminal() {
        run("cert", "import", folder.resolve("bob.pem").toString(), "--note", "\u001b[31mred\nchosen: another");
        run("cert", "block", BOB, "--note", "\u001b[31mred\nchosen: another");
        for (String[] command : new String[][] {{"cert", "list"}, {"cert", "show", BOB}, {"cert", "explain", BOB}}) {
            run(command);
            assertThat(console.out()).isNotEmpty().doesNotContain("\u001b").doesNotContain("\nchosen: another");
        }
    }

    @Test
    void withoutADatabaseTheHintSaysWhatToAdd() throws IOException {
        Files.writeString(
                folder.resolve("postseal.yaml"),
                "listeners: [{ protocol: lmtp, address: \"127.0.0.1:10024\" }]\nnextHop: \"127.0.0.1:10026\"\n");
        assertThat(run("cert", "list")).isEqualTo(ExitCode.CONFIG);
        assertThat(console.err()).startsWith("error: no database is configured\nhint: add to ");
    }

    private IssuedCertificate issue(String address, int days) {
        return partner.issue(
                MailAddress.of(address),
                KeyAlgorithm.P256,
                Profile.DUAL,
                now.minus(Duration.ofDays(5)),
                now.plus(Duration.ofDays(days)));
    }

    private int run(String... arguments) {
        return console.runOn(folder.resolve("postseal.yaml"), arguments);
    }

    private List<String> recorded() {
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("postseal.db"))) {
            return database.changeLog().waiting(100).stream()
                    .map(Change::action)
                    .toList();
        }
    }

    private String lastLine() {
        return console.out().lines().reduce("", (_, line) -> line);
    }
}
