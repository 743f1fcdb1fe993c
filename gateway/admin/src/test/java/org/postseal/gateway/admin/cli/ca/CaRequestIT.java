package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests a request that OpenSSL makes. */
final class CaRequestIT {
    private final Path folder;

    CaRequestIT(@TempDir Path folder) {
        this.folder = folder;
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
        assertThat(office.issued()).isEmpty();
    }
}
