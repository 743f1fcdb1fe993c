package org.postseal.certstore.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ca.CertificateAuthority;
import org.postseal.certstore.ca.IssuedCertificate;
import org.postseal.certstore.ca.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

class FileCertificateStoreTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final MailAddress BOB = MailAddress.of("bob@example.net");
    private static final CertificateAuthority CA = CertificateAuthority.create("Test Root", START, END);

    @Test
    void findsOwnKeysAndPartnersCertificates(@TempDir Path directory) throws Exception {
        IssuedCertificate alice = CA.issue(ALICE, KeyAlgorithm.P256, Profile.DUAL, START, END);
        IssuedCertificate bob = CA.issue(BOB, KeyAlgorithm.P256, Profile.DUAL, START, END);
        CA.writeStore(directory, List.of(alice), List.of(bob.certificate()));

        StoreLoad load = FileCertificateStore.load(directory);
        assertThat(load).isInstanceOf(StoreLoad.Loaded.class);
        FileCertificateStore store = ((StoreLoad.Loaded) load).store();

        CertificateChoice<KeyHandle> signing = store.signingKey(ALICE, NOW);
        assertThat(signing).isInstanceOf(CertificateChoice.Chosen.class);
        KeyHandle key = ((CertificateChoice.Chosen<KeyHandle>) signing).choice();
        assertThat(key.certificate()).isEqualTo(alice.certificate());
        assertThat(key.chain()).containsExactly(CA.issuer());
        CertificateChoice<MailCertificate> encryption = store.encryptionCertificate(BOB, NOW);
        assertThat(((CertificateChoice.Chosen<MailCertificate>) encryption).choice())
                .isEqualTo(bob.certificate());
        assertThat(store.signingKey(BOB, NOW)).isInstanceOf(CertificateChoice.NoneUsable.class);
        assertThat(store.decryptionKeys(BOB)).isEmpty();
    }
}
