package org.postseal.gateway.admin.cli.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.brief;
import static org.postseal.gateway.admin.cli.CommandBench.issue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Command;

/** Tests what {@code cert lint} says of certificates that the gateway can use, and of others. */
final class CertLintCommandTest {
    private static final IssuedCertificate ALICE = issue("alice@partner.example", 300);

    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
    }

    @Test
    void saysWhichRulesWereNotApplied() {
        bench.pem("alice.pem", ALICE.certificate());

        assertThat(bench.run("cert", "lint", folder.resolve("alice.pem"))).isZero();
        assertThat(bench.out())
                .containsExactly(
                        brief(ALICE) + " alice@partner.example, until 2027-03-28",
                        "  warning no-revocation (RFC 5280 §4.2.1.13):"
                                + " nothing says where its revocation can be asked for",
                        "  not applied: br-* (no policy of the S/MIME Baseline Requirements)",
                        "1 certificate, 1 finding");

        assertThat(bench.run("cert", "lint", folder.resolve("alice.pem"), "--json"))
                .isZero();
        assertThat(String.join("", bench.out()).replaceAll("\\s", ""))
                .endsWith("\"notApplied\":[{\"rules\":[\"br-*\"],"
                        + "\"reason\":\"nopolicyoftheS/MIMEBaselineRequirements\"}]}]");
    }

    /** OpenSSL makes a certificate on a curve that the gateway does not know, in the containers that it can write. */
    @ParameterizedTest
    @ValueSource(strings = {"odd.pem", "odd.der", "odd.p7b", "odd.p12"})
    void looksAtWhatTheGatewayCannotUse(String file) {
        String commands = "cd " + folder
                + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp224r1 -nodes -keyout odd.key"
                + " -out odd.pem -days 10 -subj /CN=odd -addext subjectAltName=email:odd@partner.example"
                + " && openssl x509 -in odd.pem -outform DER -out odd.der"
                + " && openssl crl2pkcs7 -nocrl -certfile odd.pem -out odd.p7b"
                + " && openssl pkcs12 -export -nokeys -in odd.pem -passout pass:secret -out odd.p12"
                + " && echo secret > odd.p12.password";
        Command.of("sh", "-c", commands).run().demanded();

        assertThat(bench.run("cert", "lint", folder.resolve(file))).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).isEmpty();
        assertThat(bench.out().getFirst()).contains(file + ": element 1");
        assertThat(bench.out())
                .contains("  error unusable (this gateway): the gateway cannot use it: curve secp224r1 is not supported"
                        + " (supported: P-256, P-384, P-521, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1)")
                .anyMatch(line -> line.startsWith("  not applied: no-address")
                        && line.contains("weak-key (the gateway cannot use it)"));

        assertThat(bench.run("cert", "import", folder.resolve(file))).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().getFirst()).contains("curve secp224r1 is not supported");
    }

    @Test
    void octetsThatAreNoCertificateAreAFindingAndOtherDamageIsAProblem() {
        Path none = bench.write("none.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
        assertThat(bench.run("cert", "lint", none)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out())
                .contains(
                        "  error malformed (RFC 5280 §4):"
                                + " the octets are no certificate: malformed data: sequence wrong size for a certificate",
                        "  not applied: * (it cannot be read)");

        Path damaged = bench.write("damaged.pem", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n");
        assertThat(bench.run("cert", "lint", damaged)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out()).isEmpty();
        assertThat(bench.err()).contains("damaged.pem: element 1 (line 1): PEM object whose content is not base64");
    }

    @Test
    void theListOfRulesNamesTheVersion() {
        assertThat(bench.run("cert", "lint", "--rules")).isZero();
        assertThat(bench.out())
                .startsWith("S/MIME Baseline Requirements 1.0.12 (BR), and rules of our own")
                .contains("br-lei-code error (BR 1.0.12 §7.1.2.3 l, A.1)", "unusable error (this gateway)");
    }
}
