package org.postseal.gateway.admin.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.Administration.ACT;
import static org.postseal.gateway.admin.cli.Administration.NOW;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.ExitCode;

@Tag("thorough")
final class TrustCommandsTest {
    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2036-01-31T00:00:00Z");
    private static final CertificateAuthority GOOD = CertificateAuthority.create("Good", START, END);
    private static final CertificateAuthority OTHER =
            CertificateAuthority.create("Other", START, Instant.parse("2030-05-05T00:00:00Z"));
    private static final CertificateAuthority EXPIRED =
            CertificateAuthority.create("Expired", START, Instant.parse("2021-02-03T00:00:00Z"));

    private final Administration admin;

    TrustCommandsTest(@TempDir Path folder) throws IOException {
        admin = Administration.in(folder);
    }

    @Test
    void anImportReplacesTheCollectionAndIsRecorded() throws IOException {
        String good = admin.write("good.pem", GOOD.root().toPem(), GOOD.issuer().toPem());
        String other = admin.write("other.pem", OTHER.root().toPem());

        assertThat(admin.run("trust import partners", good, "--note", "because"))
                .isEqualTo(done("partners: 1 anchor, 1 intermediate, until 2036-01-31 (" + firstOf(GOOD) + ")"));
        assertThat(admin.run("trust import partners", other, "--note", "because"))
                .isEqualTo(done("partners: 1 anchor, 0 intermediates, until 2030-05-05 ("
                        + CertificateView.sha1(OTHER.root()) + ")"));

        assertThat(collections())
                .containsExactly(new Collected(
                        "partners",
                        OTHER.root().notAfter(),
                        CertificateView.sha1(OTHER.root()),
                        List.of(OTHER.root()),
                        List.of(),
                        ACT));
        assertThat(admin.changes())
                .containsExactly(
                        new Change(
                                1,
                                ACT,
                                "trust-import",
                                "trust:partners",
                                List.of(
                                        "anchor " + GOOD.root().id(),
                                        "intermediate " + GOOD.issuer().id())),
                        new Change(
                                2,
                                ACT,
                                "trust-import",
                                "trust:partners",
                                List.of("anchor " + OTHER.root().id())));
    }

    @Test
    void listAndShowSayWhatWasImportedSoonestExpiryFirst() throws IOException {
        admin.run(
                "trust import a-good",
                admin.write("good.pem", GOOD.root().toPem(), GOOD.issuer().toPem()));
        admin.run("trust import b-other", admin.write("other.pem", OTHER.root().toPem()));

        assertThat(admin.run("trust list"))
                .isEqualTo(done(
                        "UNTIL       STATE  NAME     IN FORCE  ANCHORS  INTERMEDIATES"
                                + "  EXPIRING THUMBPRINT                       IMPORTED",
                        "2030-05-05  valid  b-other  no        1        0              "
                                + CertificateView.sha1(OTHER.root()) + "  2026-06-01 by alice-admin",
                        "2036-01-31  valid  a-good   no        1        1              " + firstOf(GOOD)
                                + "  2026-06-01 by alice-admin",
                        "2 collections"));
        assertThat(admin.run("trust show a-good"))
                .isEqualTo(done(
                        "UNTIL       STATE  ROLE          SHA-256           THUMBPRINT"
                                + "                                SUBJECT",
                        "2036-01-31  valid  anchor        "
                                + CertificateName.brief(GOOD.root().id()) + "  " + CertificateView.sha1(GOOD.root())
                                + "  CN=Good",
                        "2036-01-31  valid  intermediate  "
                                + CertificateName.brief(GOOD.issuer().id()) + "  " + CertificateView.sha1(GOOD.issuer())
                                + "  CN=Good Issuing CA"));
        assertThat(admin.changes()).hasSize(2);
    }

    @Test
    void everyBadMemberIsNamedAndTheCollectionStaysAsItWas() throws IOException {
        admin.run("trust import partners", admin.write("other.pem", OTHER.root().toPem()));
        List<Collected> before = collections();
        CertificateAuthority early = CertificateAuthority.create("Early", NOW.plusSeconds(1), END);
        String mixed = admin.write(
                "mixed.pem",
                GOOD.root().toPem(),
                EXPIRED.root().toPem(),
                EXPIRED.issuer().toPem(),
                early.root().toPem());

        assertThat(admin.run("trust import partners", mixed))
                .isEqualTo(new Done(
                        ExitCode.REFUSED,
                        List.of(),
                        List.of(
                                CertificateView.sha1(EXPIRED.root())
                                        + " CN=Expired, until 2021-02-03T00:00:00Z: expired",
                                CertificateView.sha1(EXPIRED.issuer())
                                        + " CN=Expired Issuing CA, until 2021-02-03T00:00:00Z: expired",
                                CertificateView.sha1(early.root())
                                        + " CN=Early, until 2036-01-31T00:00:00Z: not yet valid",
                                "error: nothing imported: 3 problems, see above")));
        assertThat(collections()).isEqualTo(before);
        assertThat(admin.changes()).hasSize(1);
    }

    @Test
    void aBadFileIsToldTogetherWithTheBadMembersOfTheOthers() throws IOException {
        Path missing = admin.file("missing.pem");

        assertThat(admin.run(
                        "trust import partners",
                        missing,
                        admin.write("expired.pem", EXPIRED.root().toPem())))
                .isEqualTo(new Done(
                        ExitCode.INPUT_OUTPUT,
                        List.of(),
                        List.of(
                                missing + ": no such file",
                                CertificateView.sha1(EXPIRED.root())
                                        + " CN=Expired, until 2021-02-03T00:00:00Z: expired",
                                "error: nothing imported: 2 problems, see above")));
        assertThat(collections()).isEmpty();
        assertThat(admin.changes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust import partners --clear", "trust remove partners"})
    void aCollectionIsRemovedAndThatIsRecorded(String command) throws IOException {
        admin.run("trust import partners", admin.write("good.pem", GOOD.root().toPem()));

        assertThat(admin.run(command, "--note", "because")).isEqualTo(done("removed trust collection partners"));
        assertThat(collections()).isEmpty();
        assertThat(admin.changes().getLast())
                .isEqualTo(new Change(2, ACT, "trust-remove", "trust:partners", List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust import partners --clear", "trust remove partners", "trust show partners"})
    void anUnknownCollectionIsRefused(String command) throws IOException {
        admin.run("trust import others", admin.write("good.pem", GOOD.root().toPem()));

        assertThat(admin.run(command))
                .isEqualTo(new Done(
                        ExitCode.REFUSED,
                        List.of(),
                        List.of("error: no trust collection partners", "hint: postseal trust list shows all")));
        assertThat(admin.changes()).hasSize(1);
    }

    @Test
    void aDryRunChangesNothing() throws IOException {
        String good = admin.write("good.pem", GOOD.root().toPem());
        String added =
                "partners: 1 anchor, 0 intermediates, until 2036-01-31 (" + CertificateView.sha1(GOOD.root()) + ")";

        assertThat(admin.run("trust import --dry-run partners", good))
                .isEqualTo(done(added + " (dry run, nothing changed)"));
        assertThat(admin.file("postseal.db")).doesNotExist();

        assertThat(admin.run("trust import partners", good)).isEqualTo(done(added));
        List<Collected> before = collections();
        assertThat(admin.run("trust import --dry-run --clear partners"))
                .isEqualTo(done("removed trust collection partners (dry run, nothing changed)"));
        assertThat(collections()).isEqualTo(before);
        assertThat(admin.changes()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "partners, 'give files, or --clear'",
        "'partners some.pem --clear', 'give files, or --clear'",
        "'../x some.pem', 'a name consists of letters, digits, dots, hyphens and underscores'"
    })
    void wrongUsageOfImportIsToldAndMakesNoDatabase(String arguments, String error) {
        assertThat(admin.run("trust import " + arguments))
                .isEqualTo(new Done(
                        ExitCode.USAGE, List.of(), List.of("error: " + error, "hint: postseal help trust import")));
        assertThat(admin.file("postseal.db")).doesNotExist();
    }

    @Test
    void verifyPrintsThePathThroughACollection() throws IOException {
        admin.run(
                "trust import partners",
                admin.write("good.pem", GOOD.root().toPem(), GOOD.issuer().toPem()));
        MailCertificate leaf = leaf();

        assertThat(admin.run("trust verify", admin.write("leaf.pem", leaf.toPem())))
                .isEqualTo(done(
                        "usable to encrypt at 2026-06-01T12:00:00Z (code 1)",
                        line(leaf, "2030-01-01"),
                        line(GOOD.issuer(), "2036-01-31"),
                        line(GOOD.root(), "2036-01-31")));
        assertThat(admin.changes()).hasSize(1);
    }

    @Test
    void verifyKnowsTheAnchorsOfTheStore() throws IOException {
        Files.createDirectory(admin.file("store/trust"));
        admin.write("store/trust/root.pem", GOOD.root().toPem());
        MailCertificate leaf = leaf();

        assertThat(admin.run(
                                "trust verify --purpose sign",
                                admin.write(
                                        "leaf.pem", leaf.toPem(), GOOD.issuer().toPem()))
                        .exitCode())
                .isZero();
    }

    @Test
    void verifyTrustsOnlyCollectionsThatAreInForce() throws IOException {
        admin.run(
                "trust import others",
                admin.write("good.pem", GOOD.root().toPem(), GOOD.issuer().toPem()));
        String leaf = admin.write("leaf.pem", leaf().toPem());
        assertThat(admin.run("trust verify", leaf).exitCode()).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void verifyWithoutAPathSaysWhyAndExitsWith65() throws IOException {
        admin.run("trust import partners", admin.write("other.pem", OTHER.root().toPem()));
        String leaf = admin.write("leaf.pem", leaf().toPem(), GOOD.issuer().toPem());

        assertThat(admin.run("trust verify", leaf))
                .isEqualTo(new Done(
                        ExitCode.REFUSED,
                        List.of("not usable to encrypt at 2026-06-01T12:00:00Z:"
                                + " untrusted: no path to a trust anchor (code 4)"),
                        List.of()));
    }

    @Test
    void verifyJudgesAsOfTheTimeGiven() throws IOException {
        admin.run(
                "trust import partners",
                admin.write("good.pem", GOOD.root().toPem(), GOOD.issuer().toPem()));
        String leaf = admin.write("leaf.pem", leaf().toPem());

        assertThat(admin.run("trust verify --time 2031-01-01", leaf))
                .isEqualTo(new Done(
                        ExitCode.REFUSED,
                        List.of("not usable to encrypt at 2031-01-01T00:00:00Z:"
                                + " expired on 2030-01-01T00:00:00Z (code 7)"),
                        List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"trust list", "trust show partners", "trust import partners --clear", "trust remove partners"})
    void withoutADatabaseInTheConfigurationThereIsAnErrorAndAHint(String command) throws IOException {
        admin.configure("");

        assertThat(admin.run(command))
                .isEqualTo(new Done(
                        ExitCode.CONFIG,
                        List.of(),
                        List.of(
                                "error: no database is configured",
                                "hint: add to " + admin.config() + ":",
                                "  directory:",
                                "    database: /var/lib/postseal/directory.db",
                                "    masterKey: /etc/postseal/master.key")));
    }

    private List<Collected> collections() {
        return admin.database(database -> database.trust().list());
    }

    private static MailCertificate leaf() {
        return GOOD.issue(
                        MailAddress.of("bob@partner.example"),
                        KeyAlgorithm.P256,
                        Profile.DUAL,
                        START,
                        Instant.parse("2030-01-01T00:00:00Z"))
                .certificate();
    }

    private static Done done(String... lines) {
        return new Done(ExitCode.OK, List.of(lines), List.of());
    }

    private static String line(MailCertificate certificate, String until) {
        return "  " + CertificateName.brief(certificate.id()) + " until " + until + " "
                + CertificateView.subject(certificate);
    }

    /**
     * Returns the SHA-1 of the certificate that is named: root and issuer expire together, and the smaller id comes
     * first.
     */
    private static String firstOf(CertificateAuthority authority) {
        return CertificateView.sha1(
                authority.root().id().hex().compareTo(authority.issuer().id().hex()) < 0
                        ? authority.root()
                        : authority.issuer());
    }
}
