package org.postseal.gateway.admin.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.format.SstReader;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests that a collection of trusted issuers can be exported, and imported elsewhere. */
final class TrustExportCommandTest {
    private final Administration admin;

    TrustExportCommandTest(@TempDir Path folder) throws Exception {
        admin = Administration.in(folder);
        CertificateAuthority authority = CertificateAuthority.create(
                "Ours", Administration.NOW.minus(Duration.ofDays(1)), Administration.NOW.plus(Duration.ofDays(9)));
        admin.write("ca.pem", authority.root().toPem(), authority.issuer().toPem());
        admin.run("trust import ours", admin.file("ca.pem"));
    }

    @Test
    void eachFormatIsTheCollectionAgain() throws Exception {
        for (String format : new String[] {"pem", "pkcs7", "sst"}) {
            Path file = admin.file("out." + format);
            assertThat(admin.run("trust export ours --format " + format + " -o", file)
                            .out())
                    .containsExactly("wrote 2 certificates to " + file);
            assertThat(admin.run("trust import " + format, file).out().getFirst())
                    .as(format)
                    .startsWith(format + ": 1 anchor, 1 intermediate, ");
        }
        assertThat(SstReader.readFile(Files.readAllBytes(admin.file("out.sst")), SstReader.Mode.STRICT)
                        .problems())
                .isEmpty();
        assertThat(Files.readString(admin.file("out.pem"))).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(admin.run("trust export ours").out()).contains("-----BEGIN CERTIFICATE-----");
    }

    @Test
    void theShortOptionIsTheFormatForExchange() throws Exception {
        Path file = admin.file("short.sst");
        Path other = admin.file("long.sst");

        assertThat(admin.run("trust export ours --sst -o", file).exitCode()).isZero();
        assertThat(admin.run("trust export ours --format sst -o", other).exitCode())
                .isZero();

        assertThat(file).hasSameBinaryContentAs(other);
    }

    @Test
    void exchangeGetsNoMemberThatHasExpired() {
        admin.at(Administration.NOW.plus(Duration.ofDays(10)));
        Path file = admin.file("out.sst");

        Administration.Done done = admin.run("trust export ours --sst -o", file);

        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err())
                .hasSize(3)
                .allMatch(line -> line.matches("error: .* expired on 2026-06-10 \\(\\w{40}\\)|hint: .*"));
        assertThat(file).doesNotExist();
        assertThat(admin.run("trust export ours --format pem -o", file).exitCode())
                .isZero();
    }

    @Test
    void whatIsNotThereOrUnknown() {
        assertThat(admin.run("trust export theirs").err())
                .containsExactly("error: no trust collection theirs", "hint: postseal trust list shows all");
        assertThat(admin.run("trust export ours --format der").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(admin.run("trust export ours --sst --format pem").err())
                .startsWith("error: give --sst or --format, not both");
    }
}
