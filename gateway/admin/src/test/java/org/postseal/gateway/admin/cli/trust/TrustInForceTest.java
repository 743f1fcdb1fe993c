package org.postseal.gateway.admin.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.issue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests which collections are in force. */
@Tag("thorough")
final class TrustInForceTest {
    private static final IssuedCertificate ALICE = issue("alice@partner.example", 300);

    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
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
    void anEmptyFileDoesNotClearACollection() {
        bench.run("trust", "import", "partners", bench.pem("ca.pem", AUTHORITY.root()));

        assertThat(bench.run("trust", "import", "partners", bench.write("empty", "")))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.count("trust:partners")).isEqualTo(1);
    }
}
