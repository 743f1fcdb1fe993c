package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.END;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.START;
import static org.postseal.certstore.database.Samples.imported;
import static org.postseal.certstore.database.Samples.rewrapped;

import java.nio.file.Files;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.CacheCounts;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.Certificates.Removal;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKeys.PairedBy;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyVault.Exported;
import org.postseal.certstore.key.KeyVault.KeyImport;
import org.postseal.certstore.key.KeyVault.VaultKey;
import org.postseal.certstore.key.handle.Engines;

@Tag("thorough")
class KeyVaultTest extends KeyVaultFixture {
    @ParameterizedTest
    @EnumSource(
            value = KeyAlgorithm.class,
            names = {"RSA2048", "P256", "P384", "P521", "ED25519", "X25519"})
    void keepsKeysOfEveryKind(KeyAlgorithm algorithm) throws Exception {
        KeyMaterial key = KeyMaterial.generate(algorithm);
        Profile profile = key.kind().canSign() ? Profile.SIGN : Profile.ENCRYPT;
        MailCertificate certificate =
                request(ALICE, key).profile(profile).issue().certificate();
        importKey(key, certificate);
        KeyHandle handle = new KeyVault(database, MASTER).keysOf(ALICE).getFirst();
        assertThat(handle.certificate()).isEqualTo(certificate);
        assertThat(handle.isHardware()).isFalse();
        byte[] input = {1, 2, 3};
        for (SignatureScheme scheme : handle.schemes()) {
            Signature engine = Engines.REGISTERED.signature(
                    scheme, keyless -> keyless.initVerify(certificate.x509().getPublicKey()));
            engine.update(input);
            assertThat(engine.verify(handle.sign(scheme, input)))
                    .as("%s", scheme)
                    .isTrue();
        }
    }

    @Test
    void givesKeysToOwnersOfTheirCertificatesOnly() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        assertThat(imported(database, vault, key, certificate, AUTHORITY.issuer()))
                .isEqualTo(new KeyImport.Imported(PublicKeyId.of(certificate), List.of(certificate), true));
        assertThat(imported(database, vault, key, certificate))
                .isEqualTo(new KeyImport.Imported(PublicKeyId.of(certificate), List.of(certificate), false));
        assertThat(certificatesOf(MailAddress.of("Alice@EXAMPLE.com"))).containsExactly(certificate);
        CacheCounts before = CacheCounts.of("keys");
        assertThat(vault.keysOf(ALICE).getFirst().chain()).containsExactly(AUTHORITY.issuer());
        assertThat(vault.keysOf(ALICE)).hasSize(1);
        assertThat(before.since("keys").hits()).isPositive();
        assertThat(certificatesOf(BOB)).isEmpty();
    }

    @Test
    void aChainCountsFromTheMomentItsIssuerIsStored() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        importKey(key, certificate);
        assertThat(vault.keysOf(ALICE).getFirst().chain()).isEmpty();
        database.certificates().add(AUTHORITY.issuer(), Origin.IMPORTED, ACT);
        assertThat(vault.keysOf(ALICE).getFirst().chain()).containsExactly(AUTHORITY.issuer());
        Removal _ = database.certificates().remove(AUTHORITY.issuer().id());
        assertThat(vault.keysOf(ALICE).getFirst().chain()).isEmpty();
    }

    @Test
    void keepsExpiredKeysBehindNewerOnes() throws Exception {
        KeyMaterial old = KeyMaterial.generate(KeyAlgorithm.P256);
        KeyMaterial fresh = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate expired = request(ALICE, old)
                .validity(START.minusSeconds(999), START)
                .issue()
                .certificate();
        MailCertificate valid = request(ALICE, fresh).issue().certificate();
        importKey(old, expired);
        importKey(fresh, valid);
        assertThat(certificatesOf(ALICE)).containsExactly(valid, expired);
    }

    @Test
    void opensForMappedAddressUntilUnmapped() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        PublicKeyId id = PublicKeyId.of(certificate);
        assertThat(database.wrappedKeys().map(id, BOB, ACT)).isFalse();
        importKey(key, certificate);
        assertThat(database.wrappedKeys().map(id, BOB, ACT)).isTrue();
        // The mapped address is also her own, and there is still only one handle.
        assertThat(database.wrappedKeys().map(id, ALICE, ACT)).isTrue();
        assertThat(certificatesOf(BOB)).containsExactly(certificate);
        assertThat(certificatesOf(ALICE)).containsExactly(certificate);
        assertThat(database.wrappedKeys().unmap(id, BOB)).isTrue();
        assertThat(database.wrappedKeys().unmap(id, BOB)).isFalse();
        assertThat(certificatesOf(BOB)).isEmpty();
    }

    // Anybody can have a certificate made over somebody else's public key, and mail it to us.
    @Test
    void doesNotPairWithCertificateThatNobodyVouchesFor() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate alices = request(ALICE, key).issue().certificate();
        MailCertificate mallorys = request(CAROL, key).issue().certificate();
        database.certificates().add(mallorys, Origin.IMPORTED, ACT);
        assertThat(imported(database, vault, key))
                .isEqualTo(new KeyImport.WithoutCertificate(PublicKeyId.of(alices), List.of(mallorys)));
        assertThat(vault.list(Optional.empty(), 10)).isEmpty();
        importKey(key, alices);
        assertThat(certificatesOf(CAROL)).isEmpty();

        assertThat(vouched(key, List.of(), mallorys::equals))
                .isEqualTo(new KeyImport.Imported(PublicKeyId.of(alices), List.of(mallorys), false));
        assertThat(certificatesOf(CAROL)).containsExactly(mallorys);
    }

    @Test
    void pairsRenewalByTheAdministratorsWord() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate first = request(ALICE, key).issue().certificate();
        MailCertificate renewed = request(ALICE, key).validity(NOW, END).issue().certificate();
        assertThat(paired(renewed)).isFalse();
        importKey(key, first);
        assertThat(paired(renewed)).isTrue();
        assertThat(certificatesOf(ALICE)).containsExactly(renewed, first);
    }

    @Test
    void refusesAnotherKeysCertificate() {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate other =
                request(ALICE, KeyMaterial.generate(KeyAlgorithm.P256)).issue().certificate();
        assertThat(vouched(key, List.of(other), _ -> true))
                .isEqualTo(new KeyImport.WithoutCertificate(PublicKeyId.of(key.publicKey()), List.of()));
        assertThat(database.certificates().list(CertificateFilter.all(10))).isEmpty();
    }

    @Test
    void listsWithoutOpening() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P384);
        MailCertificate certificate = request(ALICE, key).alsoFor(CAROL).issue().certificate();
        PublicKeyId id = PublicKeyId.of(certificate);
        importKey(key, certificate);
        database.wrappedKeys().map(id, BOB, ACT);
        VaultKey expected = new VaultKey(
                id,
                Optional.of(certificate.keyKind()),
                false,
                List.of(certificate),
                List.of(ALICE, CAROL, BOB),
                List.of(BOB),
                ACT,
                true);
        assertThat(vault.list(Optional.empty(), 10)).containsExactly(expected);
        assertThat(vault.list(Optional.of(id), 10)).isEmpty();
        assertThat(new KeyVault(database, master(2)).list(Optional.empty(), 10))
                .containsExactly(new VaultKey(
                        id,
                        Optional.of(certificate.keyKind()),
                        false,
                        List.of(certificate),
                        List.of(ALICE, CAROL, BOB),
                        List.of(BOB),
                        ACT,
                        false));
    }

    @Test
    void exportsForPkcs12() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        imported(database, vault, key, certificate, AUTHORITY.issuer());
        Exported exported = vault.export(PublicKeyId.of(certificate)).orElseThrow();
        assertThat(exported.chain()).containsExactly(AUTHORITY.issuer());
        char[] password = "secret".toCharArray();
        KeyFile file = Pkcs12File.read(
                Pkcs12Writer.write(
                        List.of(new Pkcs12Writer.Identity(
                                "alice", exported.key(), exported.certificates().getFirst(), exported.chain())),
                        password,
                        Pkcs12Profile.MODERN),
                password);
        assertThat(file.keys().getFirst().toPem()).isEqualTo(key.toPem());
        assertThat(file.certificates()).containsExactlyInAnyOrder(certificate, AUTHORITY.issuer());
        assertThat(vault.export(new PublicKeyId("0".repeat(64)))).isEmpty();
    }

    @Test
    void removesKeyAndKeepsCertificate() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        PublicKeyId id = PublicKeyId.of(certificate);
        importKey(key, certificate);
        database.wrappedKeys().map(id, BOB, ACT);
        assertThat(database.certificates().remove(certificate.id()))
                .isEqualTo(new Removal.StillNeeded(List.of("private key " + id)));
        assertThat(removed(id)).isTrue();
        assertThat(removed(id)).isFalse();
        assertThat(certificatesOf(ALICE)).isEmpty();
        assertThat(certificatesOf(BOB)).isEmpty();
        assertThat(database.certificates().withAddress(ALICE)).containsExactly(certificate);
    }

    @Test
    void leavesNothingOfRemovedKeyOnDisk() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        importKey(key, certificate);
        byte[] wrapped = database.wrappedKeys()
                .find(PublicKeyId.of(certificate))
                .orElseThrow()
                .key()
                .wrapped();
        assertThat(isOnDisk(wrapped)).isTrue();
        rewrapped(database, vault, master(2));
        assertThat(isOnDisk(wrapped)).isFalse();
        removed(PublicKeyId.of(certificate));
        assertThat(isOnDisk(wrapped)).isFalse();
    }

    @Test
    void seesAtOnceWhatAnotherProcessDoes() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        try (CertificateDatabase other =
                CertificateDatabase.open(database.file().orElseThrow())) {
            KeyVault command = new KeyVault(other, MASTER);
            assertThat(certificatesOf(ALICE)).isEmpty();
            imported(other, command, key, certificate);
            assertThat(certificatesOf(ALICE)).containsExactly(certificate);
            other.wrappedKeys().remove(PublicKeyId.of(certificate));
            assertThat(certificatesOf(ALICE)).isEmpty();
        }
    }

    private KeyImport vouched(KeyMaterial key, List<MailCertificate> beside, Predicate<MailCertificate> isVouchedFor) {
        return database.write(within -> vault.importKey(
                within, key, beside, each -> Optional.of(PairedBy.PATH).filter(_ -> isVouchedFor.test(each)), ACT));
    }

    private boolean paired(MailCertificate certificate) {
        return database.write(within -> KeyVault.pair(within, certificate, ACT));
    }

    private boolean removed(PublicKeyId id) {
        boolean removed = database.wrappedKeys().remove(id);
        database.emptyLog();
        return removed;
    }

    private boolean isOnDisk(byte[] octets) throws Exception {
        for (String suffix : List.of("", "-wal")) {
            byte[] content = Files.readAllBytes(directory.resolve("postseal.db" + suffix));
            for (int i = 0; i + octets.length <= content.length; i++) {
                if (Arrays.equals(content, i, i + octets.length, octets, 0, octets.length)) {
                    return true;
                }
            }
        }
        return false;
    }
}
