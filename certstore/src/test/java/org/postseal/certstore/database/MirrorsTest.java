package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.Certificates.Removal;
import org.postseal.certstore.database.MirrorEntry.MirrorCertificate;
import org.postseal.certstore.database.Mirrors.Applied;
import org.postseal.certstore.database.Mirrors.SyncState;

class MirrorsTest {
    private static final String CORP = "ldap:corp";
    private static final SmimeCapabilities GCM =
            new SmimeCapabilities(List.of(new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM)));

    @TempDir
    Path directory;

    CertificateDatabase database;

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(directory.resolve("postseal.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void givesEntryBackAsItWas() {
        MirrorEntry entry = new MirrorEntry(
                "uuid-1",
                List.of(ALICE, BOB),
                List.of(
                        new MirrorCertificate(certificate(ALICE), "userSMIMECertificate", 0, true, Optional.of(GCM)),
                        new MirrorCertificate(certificate(BOB), "userCertificate", 1, false, Optional.empty())),
                List.of(AUTHORITY.issuer()));
        SyncState state = state(1);
        assertThat(database.mirrors().apply(CORP, List.of(entry), List.of(), state))
                .isEqualTo(new Applied(1, 0));
        assertThat(database.mirrors().withAddress(CORP, ALICE)).containsExactly(entry);
        assertThat(database.mirrors().withAddress(CORP, BOB)).containsExactly(entry);
        assertThat(database.mirrors().withAddress("ldap:other", ALICE)).isEmpty();
        assertThat(database.mirrors().state(CORP))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(state);
        assertThat(database.mirrors().state("ldap:other")).isEmpty();
        assertThat(database.mirrors().sources()).containsExactly(CORP);
        assertThat(database.mirrors().count(CORP)).isEqualTo(1);
    }

    // one odd certificate in a directory must not stop the copy of all the others
    @Test
    void passesOverCertificateThatIsNotInDer() throws Exception {
        MailCertificate odd = MailCertificate.of(Samples.notInDer(certificate(ALICE)));
        MailCertificate good = certificate(ALICE);
        database.mirrors().apply(CORP, List.of(entry("1", odd, good)), List.of(), state(1));
        assertThat(database.mirrors().withAddress(CORP, ALICE)).containsExactly(entry("1", good));
    }

    @Test
    void appliesChangesAndDropsWhatNoEntryHasAnyMore() {
        MailCertificate shared = certificate(ALICE);
        MailCertificate old = certificate(BOB);
        database.mirrors()
                .apply(CORP, List.of(entry("1", shared), entry("2", shared, old), entry("3")), List.of(), state(1));
        MailCertificate fresh = certificate(BOB);
        assertThat(database.mirrors()
                        .apply(CORP, List.of(entry("2", fresh), entry("1", shared)), List.of("3", "unknown"), state(2)))
                .isEqualTo(new Applied(1, 1));
        assertThat(database.mirrors().count(CORP)).isEqualTo(2);
        assertThat(database.certificates().find(old.id())).isEmpty();
        assertThat(database.certificates().find(shared.id()).orElseThrow().entries())
                .extracting(StoredCertificate.Entry::source)
                .containsExactly(CORP);
        database.mirrors().apply(CORP, List.of(), List.of("1"), state(3));
        assertThat(database.certificates().find(shared.id())).isEmpty();
        assertThat(database.mirrors().state(CORP).orElseThrow().cookie()).containsExactly(3);
    }

    @Test
    void keepsCertificateThatCameFromElsewhereToo() {
        MailCertificate alice = certificate(ALICE);
        database.certificates().add(alice, Origin.IMPORTED, ACT);
        database.mirrors().apply(CORP, List.of(entry("1", alice)), List.of(), state(1));
        assertThat(database.certificates().remove(alice.id())).isEqualTo(new Removal.StillNeeded(List.of(CORP)));
        database.mirrors().apply(CORP, List.of(), List.of("1"), state(2));
        assertThat(database.certificates().withAddress(ALICE)).containsExactly(alice);
    }

    @Test
    void replacesEverythingAndWritesOnlyWhatDiffers() {
        MailCertificate alice = certificate(ALICE);
        database.mirrors().replaceAll(CORP, List.of(entry("1", alice), entry("2")), state(1));
        database.mirrors().replaceAll("ldap:other", List.of(entry("1", alice)), state(1));
        assertThat(database.mirrors()
                        .replaceAll(CORP, List.of(entry("1", alice), entry("3", certificate(BOB))), state(2)))
                .isEqualTo(new Applied(1, 1));
        assertThat(database.mirrors().count(CORP)).isEqualTo(2);
        assertThat(database.mirrors().remove(CORP)).isEqualTo(2);
        assertThat(database.mirrors().state(CORP)).isEmpty();
        assertThat(database.mirrors().withAddress("ldap:other", ALICE)).hasSize(1);
    }

    @Test
    void cookieAndEntriesChangeTogetherOrNotAtAll() {
        database.mirrors().replaceAll(CORP, List.of(entry("1", certificate(ALICE))), state(1));
        Iterable<MirrorEntry> breaksOff = () -> new java.util.Iterator<>() {
            private int given;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public MirrorEntry next() {
                if (given++ == 2) {
                    throw new IllegalStateException("connection lost");
                }
                return entry("new" + given, certificate(BOB));
            }
        };
        assertThatThrownBy(() -> database.mirrors().replaceAll(CORP, breaksOff, state(2)))
                .hasMessage("connection lost");
        assertThat(database.mirrors().count(CORP)).isEqualTo(1);
        assertThat(database.mirrors().state(CORP).orElseThrow().cookie()).containsExactly(1);
        assertThat(database.mirrors().withAddress(CORP, ALICE)).hasSize(1);
    }

    static MirrorEntry entry(String id, MailCertificate... certificates) {
        return new MirrorEntry(
                id,
                certificates.length == 0 ? List.of() : certificates[0].addresses(),
                java.util.stream.Stream.of(certificates)
                        .map(each -> new MirrorCertificate(each, "userCertificate", 1, false, Optional.empty()))
                        .toList(),
                List.of());
    }

    static SyncState state(int cookie) {
        return new SyncState(new byte[] {(byte) cookie}, "server-1", NOW);
    }
}
