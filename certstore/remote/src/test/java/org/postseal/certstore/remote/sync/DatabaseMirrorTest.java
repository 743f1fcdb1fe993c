package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseSources;
import org.postseal.certstore.database.Samples;
import org.postseal.certstore.remote.sync.DirectoryMirror.Changes;
import org.postseal.certstore.source.Candidate;

@Tag("thorough")
class DatabaseMirrorTest extends DirectoryMirrorContract {
    private static final String SOURCE = "mirror:corp";

    @TempDir
    Path folder;

    @AutoClose
    private CertificateDatabase database;

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(folder.resolve("postseal.db"));
    }

    @Override
    protected DatabaseMirror mirror() {
        return new DatabaseMirror(database, InstantSource.fixed(Samples.NOW));
    }

    @Override
    protected List<String> fingerprints(DirectoryMirror mirror, String source) {
        Map<String, String> known = database.mirrors().fingerprints(source, mirror.entryIds(source));
        // The way of reading stands before it
        return new TreeMap<>(known)
                .values().stream().map(each -> each.replaceFirst(".*-", "")).toList();
    }

    @Test
    void readsCertificatesAndSurvivesBadValues() throws Exception {
        MailCertificate smime = Samples.certificate(Samples.ALICE);
        MailCertificate plain = Samples.certificate(Samples.ALICE);
        MailCertificate authority = Samples.AUTHORITY.issuer();
        MirroredEntry entry = new MirroredEntry(
                "1",
                List.of(Samples.ALICE, MailAddress.of("proxy@example.com")),
                values("userSMIMECertificate", der(smime), new byte[] {1, 2}, new byte[0]),
                values("userCertificate", new byte[] {48, 3, 2, 1, 1}, der(plain), der(smime), der(authority)),
                false);
        DatabaseMirror mirror = mirror();
        mirror.apply(SOURCE, new Changes(List.of(entry), Set.of()), state());

        List<Candidate> found =
                DatabaseSources.mirror(database, SOURCE, _ -> true, false).find(MailAddress.of("proxy@example.com"));
        assertThat(found)
                .containsExactly(
                        candidate(smime, "userSMIMECertificate", 0, entry, authority),
                        candidate(plain, "userCertificate", 1, entry, authority));
        assertThat(mirror.unreadableValues()).isEqualTo(3);
        assertThat(fingerprints(mirror, SOURCE)).containsExactly(entry.fingerprint());
    }

    @Test
    void ofAnIdThatComesBackAsItWasNothingChanges() throws SyncException {
        DatabaseMirror mirror = mirror();
        mirror.apply(SOURCE, new Changes(List.of(entry("1", "a")), Set.of()), state());
        // There are so many entries that the two are not in one batch.
        int[] number = {0};
        var applied = mirror.replaceAll(
                SOURCE,
                () -> switch (number[0]++) {
                    case 0 -> Optional.of(entry("1", "changed"));
                    case 1001 -> Optional.of(entry("1", "a"));
                    case 1002 -> Optional.empty();
                    default -> Optional.of(entry("n" + number[0], "n" + number[0]));
                },
                (_, _) -> {},
                DatabaseMirrorTest::state);
        assertThat(applied).isEqualTo(new DirectoryMirror.Applied(1000, 0, 0, 1));
        assertThat(fingerprints(mirror, SOURCE)).contains(entry("1", "a").fingerprint());
    }

    @Test
    void othersWriteWhileEntriesComeIn() throws SyncException {
        DatabaseMirror mirror = mirror();
        int[] number = {0};
        mirror.replaceAll(
                SOURCE,
                () -> {
                    // This would wait for ever if the replacement occupied the only writer.
                    database.certificates()
                            .add(Samples.certificate(Samples.BOB), Origin.IMPORTED, Act.of("root", Samples.NOW));
                    return number[0]++ < 2 ? Optional.of(entry("n" + number[0], "n")) : Optional.empty();
                },
                (_, _) -> {},
                DatabaseMirrorTest::state);
        assertThat(database.certificates().withAddress(Samples.BOB)).hasSize(3);
    }

    @Test
    void aClosedDatabaseIsUnavailable() {
        DatabaseMirror mirror = mirror();
        database.close();
        assertThatThrownBy(() -> mirror.state(SOURCE))
                .isExactlyInstanceOf(StoreUnavailableException.class)
                .hasMessage("mirror: the database is closed");
        assertThatThrownBy(() -> mirror.replaceAll(SOURCE, Optional::empty, (_, _) -> {}, DatabaseMirrorTest::state))
                .isExactlyInstanceOf(StoreUnavailableException.class);
    }

    private static Candidate candidate(
            MailCertificate certificate, String origin, int tier, MirroredEntry entry, MailCertificate helper) {
        return new Candidate(
                certificate,
                origin,
                tier,
                false,
                entry.addresses(),
                List.of(helper),
                Optional.empty(),
                new Candidate.Vouching.Path(),
                Optional.empty());
    }

    static byte[] der(MailCertificate certificate) throws java.io.IOException {
        return certificate.holder().getEncoded();
    }

    private static SyncState state() {
        return new SyncState(SyncMethod.FULL, "server:389", new byte[] {1});
    }
}
