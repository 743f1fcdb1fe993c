package org.postseal.gateway.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.cli.directory.CommandBench.AUTHORITY;
import static org.postseal.gateway.cli.directory.CommandBench.NOW;
import static org.postseal.gateway.cli.directory.CommandBench.issue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ca.CertificateAuthority;
import org.postseal.certstore.ca.IssuedCertificate;
import org.postseal.gateway.cli.ExitCode;

final class TrustCommandsTest {
    private static final IssuedCertificate ALICE = issue("alice@partner.example", 300);
    private static final MailCertificate EXPIRED = CertificateAuthority.create(
                    "Expired", NOW.minus(Duration.ofDays(50)), NOW.minus(Duration.ofDays(1)))
            .root();
    private static final MailCertificate FUTURE = CertificateAuthority.create(
                    "Future", NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(50)))
            .root();

    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
    }

    @Test
    void aCollectionIsImportedListedAndRemoved() {
        Path file = bench.pem("ca.pem", AUTHORITY.root(), AUTHORITY.issuer());
        String thumbprint = bench.run("trust", "import", "partners", file) == 0
                ? bench.database(database -> database.trust().find("partners").orElseThrow())
                        .expiringThumbprint()
                : "";

        assertThat(bench.out())
                .containsExactly("partners: 1 anchor, 1 intermediate, until 2027-10-14 (" + thumbprint + ")");
        assertThat(bench.err()).isEmpty();
        assertThat(bench.run("trust", "list")).isZero();
        assertThat(bench.out())
                .containsExactly(
                        "UNTIL       STATE  NAME      IN FORCE  ANCHORS  INTERMEDIATES  EXPIRING THUMBPRINT                       IMPORTED",
                        "2027-10-14  valid  partners  yes       1        1              " + thumbprint
                                + "  2026-06-01 by tester",
                        "1 collection");
        assertThat(bench.run("trust", "show", "partners")).isZero();
        assertThat(bench.out()).hasSize(3);
        assertThat(bench.run("trust", "import", "partners", "--clear")).isZero();
        assertThat(bench.run("trust", "remove", "partners")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .containsExactly("error: no trust collection partners", "hint: postseal trust list shows all");
        assertThat(bench.changes()).containsExactly("trust-import trust:partners", "trust-remove trust:partners");
    }

    @Test
    void everyElementThatMayNotBeInACollectionIsListedAndTheOldOneStays() {
        bench.run("trust", "import", "partners", bench.pem("ca.pem", AUTHORITY.root()));
        Path bad = bench.write(
                "bad.pem",
                AUTHORITY.root().toPem() + EXPIRED.toPem() + FUTURE.toPem()
                        + "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n");

        assertThat(bench.run("trust", "import", "partners", bad)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).hasSize(4);
        assertThat(bench.err().get(0)).startsWith("bad.pem: element 4");
        assertThat(bench.err().get(1))
                .isEqualTo(CertificateView.sha1(EXPIRED) + " " + EXPIRED.subject() + ", until " + EXPIRED.notAfter()
                        + ": expired");
        assertThat(bench.err().get(2))
                .isEqualTo(CertificateView.sha1(FUTURE) + " " + FUTURE.subject() + ", until " + FUTURE.notAfter()
                        + ": not yet valid");
        assertThat(bench.err().get(3)).isEqualTo("error: nothing imported: 3 problems, see above");
        assertThat(bench.count("trust:partners")).isEqualTo(1);
        assertThat(bench.changes()).hasSize(1);
    }

    @Test
    void verifyPrintsThePathOrTheReasonWithItsNumber() {
        Path alice = bench.pem("alice.pem", ALICE.certificate(), AUTHORITY.issuer());

        assertThat(bench.run("trust", "verify", alice)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out()).hasSize(1);
        assertThat(bench.out().getFirst())
                .startsWith("not usable to encrypt at 2026-06-01T12:00:00Z: untrusted: ")
                .endsWith(" (code 4)");
        bench.run("trust", "import", "partners", bench.pem("ca.pem", AUTHORITY.root()));
        assertThat(bench.run("trust", "verify", alice, "--purpose", "sign")).isZero();
        assertThat(bench.out())
                .containsExactly(
                        "usable to sign at 2026-06-01T12:00:00Z (code 1)",
                        "  " + CommandBench.brief(ALICE) + " until 2027-03-28 "
                                + CertificateView.subject(ALICE.certificate()),
                        "  " + CertificateName.brief(AUTHORITY.issuer().id()) + " until 2027-10-14 "
                                + CertificateView.subject(AUTHORITY.issuer()),
                        "  " + CertificateName.brief(AUTHORITY.root().id()) + " until 2027-10-14 "
                                + CertificateView.subject(AUTHORITY.root()));
        assertThat(bench.run("trust", "verify", alice, "--time", "2027-03-29")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out())
                .containsExactly(
                        "not usable to encrypt at 2027-03-29T00:00:00Z: expired on 2027-03-28T12:00:00Z (code 7)");
    }

    @Test
    void aCollectionThatTheConfigurationDoesNotNameTrustsNobody() {
        bench.run("trust", "import", "others", bench.pem("ca.pem", AUTHORITY.root()));

        assertThat(bench.err())
                .containsExactly("warning: not in force: trust.collections in postseal.yaml does not name others");
        assertThat(bench.run("trust", "verify", bench.pem("alice.pem", ALICE.certificate(), AUTHORITY.issuer())))
                .isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void theAnchorsOfTheFilesCountWithoutADatabase() {
        bench.configure("");
        bench.directory("store/trust");
        bench.pem("store/trust/root.pem", AUTHORITY.root());

        assertThat(bench.run("trust", "verify", bench.pem("alice.pem", ALICE.certificate(), AUTHORITY.issuer())))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust", "trust import x", "trust import ../x file", "trust import x --clear file"})
    void wrongUsageChangesNothing(String line) {
        assertThat(bench.run((Object[]) line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    @Test
    void anEmptyFileDoesNotClearACollection() {
        bench.run("trust", "import", "partners", bench.pem("ca.pem", AUTHORITY.root()));

        assertThat(bench.run("trust", "import", "partners", bench.write("empty", "")))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.count("trust:partners")).isEqualTo(1);
    }
}
