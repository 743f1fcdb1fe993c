package org.postseal.gateway.admin.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Postgres;
import org.postseal.gateway.admin.cli.support.ExitCode;

class DatabaseCopyCommandTest extends FleetFixture {
    private static final Act ACT = new Act("ann", Instant.EPOCH, "");

    @BeforeEach
    void store() throws IOException {
        try (CertificateDatabase database = CertificateDatabase.open(file())) {
            block(database, "mallory@example.net");
        }
    }

    @Test
    void theStoreIsCopiedOnceAndTheCopyIsOnRecord() {
        assertThat(copy()).as(gateway.err()).isZero();
        assertThat(gateway.out())
                .startsWith("block: 1 row\n")
                .containsPattern("(?m)^TABLE +ROWS +SHA-256 ON BOTH SIDES$")
                .containsPattern("(?m)^block +1 +[0-9a-f]{64}$")
                .containsPattern("(?m)^copied 1 row from .*postseal.db to postgresql://postseal@127.0.0.1:.*$");
        try (CertificateDatabase target = target()) {
            assertThat(target.blocks().of(address("mallory@example.net"))).isPresent();
            assertThat(target.changeLog().waiting(10)).singleElement().satisfies(change -> {
                assertThat(change.action()).isEqualTo("database-copy");
                assertThat(change.act().who()).isEqualTo("tester");
                assertThat(change.details()).containsExactly("from " + file());
            });
        }
        assertThat(copy()).isZero();
        assertThat(gateway.out()).contains("\nhad been copied before: 1 row from ");
    }

    @Test
    void whyNothingIsCopiedIsSaid() throws IOException {
        try (CertificateDatabase running = CertificateDatabase.open(file())) {
            assertThat(copy()).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(gateway.err())
                    .startsWith("error: " + file() + " is locked by another process")
                    .contains("\nhint: stop the gateway that uses it");
            block(running, "trudy@example.net");
        }
        try (CertificateDatabase target = target()) {
            block(target, "mallory@example.net");
        }
        assertThat(copy()).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).contains("has other content in table block\n");
        assertThat(run("database", "copy", folder.resolve("none.db").toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.err()).contains("none.db is not there");
        gateway.configure("");
        assertThat(copy()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(gateway.err()).startsWith("error: this gateway is alone\n");
    }

    private static void block(CertificateDatabase database, String address) {
        database.blocks().add(new Blocks.Block(address(address), ACT));
    }

    private static Blocks.Target address(String address) {
        return new Blocks.Target.Address(MailAddress.of(address));
    }

    private CertificateDatabase target() {
        return CertificateDatabase.open(new Postgres(url, PATIENCE), 1);
    }

    private Path file() {
        return folder.resolve("postseal.db");
    }

    private int copy() {
        return run("database", "copy", file().toString());
    }
}
