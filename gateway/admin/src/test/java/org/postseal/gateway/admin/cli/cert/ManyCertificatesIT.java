package org.postseal.gateway.admin.cli.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.NOW;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

final class ManyCertificatesIT {
    @TempDir
    private Path folder;

    @Test
    void tenThousandCertificatesAreImportedTogetherAndOneMoreIsTooMany() {
        CommandBench bench = new CommandBench(folder);
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            text.append(AUTHORITY
                    .request(MailAddress.of("user" + i + "@partner.example"))
                    .key(key)
                    .validity(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(100)))
                    .issue()
                    .certificatePem());
        }
        Path most = bench.write("most.pem", text.toString());
        Path more =
                bench.write("more.pem", text.append(AUTHORITY.root().toPem()).toString());

        assertThat(bench.run("cert", "import", more)).isEqualTo(ExitCode.REFUSED);
        assertThat(folder.resolve("directory.db")).doesNotExist();
        assertThat(bench.run("cert", "import", most)).isZero();
        assertThat(bench.out().getLast()).isEqualTo("10000 added, 0 known already");
        assertThat(bench.run("cert", "list")).isZero();
        assertThat(bench.out().getLast()).isEqualTo("10000 certificates");

        Path together = folder.resolve("most.p7b");
        assertThat(bench.run("cert", "export", "--source", "imported", "--format", "p7b", "-o", together))
                .isZero();
        assertThat(bench.run("cert", "import", together)).isZero();
        assertThat(bench.out().getLast()).isEqualTo("0 added, 10000 known already");
    }
}
