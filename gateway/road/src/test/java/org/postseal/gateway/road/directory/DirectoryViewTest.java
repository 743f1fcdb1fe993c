package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.road.pipeline.Parties;

/** Tests the view of the certificate store for programs that only look, beside the store in force. */
class DirectoryViewTest {
    private static final MailAddress FRED = MailAddress.of("fred@must.example");
    private static final Clock CLOCK = Clock.fixed(Parties.NOW, ZoneOffset.UTC);

    private static final String COPY = ", publicCopy: public/certificates.db";

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
                CertificateDirectory directory = inForce("")) {
            for (MailAddress address : List.of(FRED, Parties.BOB, Parties.NOBODY)) {
                assertThat(view.explain(address, CertificatePurpose.ENCRYPT, Parties.NOW)
                                .outcome())
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

    /**
     * The view explains which certificate is taken for each purpose, even if it can no longer see where that was copied
     * from.
     */
    @Test
    void whatTheGatewayWroteDownExplainsTheSame() throws IOException {
        Map<String, CertificateExplanation> inForce = new LinkedHashMap<>();
        try (CertificateDirectory directory = inForce(COPY)) {
            directory.writePublicCopy();
            for (MailAddress address : List.of(FRED, Parties.BOB, Parties.ALICE, Parties.ARCHIVE, Parties.NOBODY)) {
                for (CertificatePurpose purpose : CertificatePurpose.values()) {
                    inForce.put(address + " " + purpose, directory.explain(address, purpose, Parties.NOW));
                }
            }
        }
        DirectoryConfig config = config(COPY);
        Files.move(folder.resolve("directory.db"), folder.resolve("elsewhere.db"));
        try (DirectoryView view = DirectoryView.open(config, folder.resolve("nowhere"), CLOCK)) {
            assertThat(view.unseen()).isEmpty();
            assertThat(view.written()).contains(Parties.NOW);
            inForce.forEach((what, expected) -> {
                CertificateExplanation seen = view.explain(expected.address(), expected.purpose(), Parties.NOW);
                assertThat(seen.outcome()).as(what).isEqualTo(expected.outcome());
                assertThat(seen.sources()).as(what).isEqualTo(expected.sources());
            });
            assertThat(view.keySourcesOf(Parties.issued(Parties.ALICE).certificate()))
                    .containsExactly("files");
            assertThat(view.keySourcesOf(Parties.issued(Parties.ARCHIVE).certificate()))
                    .isEmpty();
        }
        assertThat(inForce.get(Parties.ALICE + " SIGN"))
                .extracting(CertificateExplanation::outcome)
                .isInstanceOf(CertificateExplanation.Outcome.Chosen.class);
    }

    @Test
    void aCopyThatIsNotThereHidesEverything() throws IOException {
        try (DirectoryView view = DirectoryView.open(config(COPY), folder.resolve("store"), CLOCK)) {
            assertThat(view.inFiles()).isEmpty();
            assertThat(view.database()).isEmpty();
            assertThat(view.seesKeys()).isFalse();
            assertThat(view.unseenInWords())
                    .containsExactly(
                            "pins, own, files, harvested: what the gateway writes down for this page cannot be read: "
                                    + folder.resolve("public/certificates.db")
                                    + " is not there, or may not be looked for");
        }
    }

    private DirectoryView open() throws IOException {
        return DirectoryView.open(config(""), folder.resolve("store"), CLOCK);
    }

    private CertificateDirectory inForce(String further) throws IOException {
        return switch (CertificateDirectory.open(config(further), folder.resolve("store"), CLOCK)) {
            case CertificateDirectory.Result.Opened(CertificateDirectory opened) -> opened;
            case CertificateDirectory.Result.Refused(var faults) -> throw new AssertionError(faults.toString());
        };
    }

    private DirectoryConfig config(String further) throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), "");
        Path file = Files.writeString(folder.resolve("postseal.yaml"), """
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                directory: { database: directory.db%s }
                """.formatted(further));
        return switch (ConfigReader.read(file)) {
            case ConfigResult.Loaded loaded -> loaded.config().directory();
            case ConfigResult.Broken broken ->
                throw new AssertionError(broken.problems().toString());
        };
    }
}
