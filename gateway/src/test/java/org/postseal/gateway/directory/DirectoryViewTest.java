package org.postseal.gateway.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Certificates;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.pipeline.Parties;

/** The directory for who only looks, beside the one in force. */
class DirectoryViewTest {
    private static final MailAddress FRED = MailAddress.of("fred@must.example");
    private static final Clock CLOCK = Clock.fixed(Parties.NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Parties.writeStore(Files.createDirectories(folder.resolve("store")));
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            boolean _ = database.certificates()
                    .add(
                            Parties.issued(FRED).certificate(),
                            Certificates.Origin.IMPORTED,
                            new Act("admin", Parties.NOW, ""));
        }
    }

    @Test
    void itExplainsAsTheDirectoryInForceDoes() throws IOException {
        try (DirectoryView view = open();
                CertificateDirectory directory = inForce()) {
            for (MailAddress address : java.util.List.of(FRED, Parties.BOB, Parties.NOBODY)) {
                assertThat(view.explain(address, Parties.NOW).outcome())
                        .as(address.toString())
                        .isEqualTo(directory
                                .explain(address, CertificatePurpose.ENCRYPT, Parties.NOW)
                                .outcome());
            }
        }
    }

    @Test
    void nobodyCanWriteThroughIt() throws IOException {
        try (DirectoryView view = open()) {
            CertificateDatabase database = view.database().orElseThrow();
            assertThatThrownBy(() -> database.certificates()
                            .add(
                                    Parties.issued(Parties.BOB).certificate(),
                                    Certificates.Origin.OWN,
                                    new Act("visitor", Parties.NOW, "")))
                    .isInstanceOfSatisfying(
                            DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.READ_ONLY));
            assertThat(database.certificates().withAddress(Parties.BOB)).isEmpty();
        }
    }

    @Test
    void whatTheGatewayWritesMeanwhileIsSeen() throws IOException {
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            boolean _ = database.certificates()
                    .add(
                            Parties.issued(Parties.DORA).certificate(),
                            Certificates.Origin.IMPORTED,
                            new Act("admin", Parties.NOW, ""));
            try (DirectoryView view = open()) {
                assertThat(view.database().orElseThrow().certificates().withAddress(Parties.DORA))
                        .hasSize(1);
            }
        }
    }

    private DirectoryView open() throws IOException {
        return DirectoryView.open(config(), folder.resolve("store"), CLOCK);
    }

    private CertificateDirectory inForce() throws IOException {
        return switch (CertificateDirectory.open(config(), folder.resolve("store"), CLOCK)) {
            case CertificateDirectory.Result.Opened(CertificateDirectory opened) -> opened;
            case CertificateDirectory.Result.Refused(var faults) -> throw new AssertionError(faults.toString());
        };
    }

    private DirectoryConfig config() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), "");
        Path file = Files.writeString(folder.resolve("postseal.yaml"), """
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                directory: { database: directory.db }
                """);
        return switch (ConfigReader.read(file)) {
            case ConfigResult.Loaded loaded -> loaded.config().directory();
            case ConfigResult.Broken broken ->
                throw new AssertionError(broken.problems().toString());
        };
    }
}
