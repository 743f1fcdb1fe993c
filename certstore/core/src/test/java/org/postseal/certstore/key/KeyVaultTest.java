package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.nio.file.Path;
import java.security.Signature;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CacheCounts;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.Certificates.Removal;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKey;
import org.postseal.certstore.database.WrappedKeys.PairedBy;
import org.postseal.certstore.issue.CertificateRequest;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyVault.Exported;
import org.postseal.certstore.key.KeyVault.KeyImport;
import org.postseal.certstore.key.KeyVault.VaultKey;
import org.postseal.certstore.key.handle.Engines;

@Tag("thorough")
class KeyVaultTest {
    private static final MasterKey MASTER = master(1);
    private static final MailAddress CAROL = MailAddress.of("carol@example.com");

    @TempDir
    Path directory;

    CertificateDatabase database;
    KeyVault vault;

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(directory.resolve("postseal.db"));
        vault = new KeyVault(database, MASTER);
    }

    @AfterEach
    void close() {
        database.close();
    }

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
            Signature engine = Engines.REGISTERED.signature(scheme);
            engine.initVerify(certificate.x509().getPublicKey());
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
    void wrongMasterKeyIsUnavailable() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        importKey(key, certificate);
        KeyVault other = new KeyVault(database, master(2));
        assertUnavailable(other, " is wrapped by another master key");
        assertThatThrownBy(() -> other.export(PublicKeyId.of(certificate))).isExactlyInstanceOf(KeyFileException.class);
        // The name of the master key alone does not open the row.
        change("master", _ -> java.util.HexFormat.of().parseHex(master(2).name()));
        assertUnavailable(other, DOES_NOT_OPEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrapped", "nonce"})
    void changedRowIsUnavailableEvenAfterItWasOpened(String column) throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        importKey(key, request(ALICE, key).issue().certificate());
        assertThat(certificatesOf(ALICE)).hasSize(1);
        change(column, octets -> {
            octets[octets.length - 1] ^= 1;
            return octets;
        });
        assertUnavailable(vault, DOES_NOT_OPEN);
        change(column, octets -> Arrays.copyOf(octets, 1));
        assertUnavailable(vault, DOES_NOT_OPEN);
        change(column, _ -> new byte[0]);
        assertUnavailable(vault, DOES_NOT_OPEN);
    }

    @Test
    void unknownFormatIsUnavailable() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        importKey(key, request(ALICE, key).issue().certificate());
        execute("UPDATE private_key SET format = 2");
        assertUnavailable(vault, " is wrapped in format 2, which this program does not know");
    }

    @Test
    void rowMovedToAnotherIdIsUnavailable() throws Exception {
        KeyMaterial alices = KeyMaterial.generate(KeyAlgorithm.P256);
        KeyMaterial bobs = KeyMaterial.generate(KeyAlgorithm.P256);
        importKey(alices, request(ALICE, alices).issue().certificate());
        importKey(bobs, request(BOB, bobs).issue().certificate());
        assertThat(certificatesOf(BOB)).hasSize(1);
        String bob = PublicKeyId.of(bobs.publicKey()).hex();
        for (String column : List.of("nonce", "wrapped")) {
            execute("UPDATE private_key SET " + column + " = (SELECT " + column + " FROM private_key WHERE id = x'"
                    + bob + "')");
        }
        assertUnavailable(vault, DOES_NOT_OPEN);
        assertThat(certificatesOf(BOB)).hasSize(1);
    }

    // GCM only vouches for the row. If the row of a key ever holds another key, it is not used either.
    @Test
    void anotherKeyUnderTheRightNameDoesNotOpen() {
        KeyMaterial one = KeyMaterial.generate(KeyAlgorithm.P256);
        KeyMaterial other = KeyMaterial.generate(KeyAlgorithm.P256);
        KeyMaterial mixed = new KeyMaterialUnder(one, other).mixed();
        WrappedKey wrapped = KeyWrap.wrap(mixed, MASTER);
        assertThatThrownBy(() -> KeyWrap.unwrap(wrapped, MASTER))
                .isExactlyInstanceOf(KeyFileException.class)
                .hasMessage("private key " + PublicKeyId.of(one.publicKey()) + " is another one");
    }

    @Test
    void wrapsUnderFreshNonceEachTime() {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        WrappedKey one = KeyWrap.wrap(key, MASTER);
        WrappedKey two = KeyWrap.wrap(key, MASTER);
        assertThat(one.nonce()).hasSize(12).isNotEqualTo(two.nonce());
        assertThat(one.wrapped()).hasSize(key.encoded().length + 16).isNotEqualTo(two.wrapped());
    }

    @Test
    void rewrapsAllKeysOrNone() throws Exception {
        for (MailAddress address : List.of(ALICE, BOB, CAROL)) {
            KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
            importKey(key, request(address, key).issue().certificate());
        }
        MasterKey next = master(2);
        assertThat(rewrapped(database, vault, next)).isEqualTo(3);
        assertUnavailable(vault, " is wrapped by another master key");
        KeyVault renewed = new KeyVault(database, next);
        assertThat(renewed.keysOf(ALICE)).hasSize(1);

        String last = renewed.list(Optional.empty(), 10).getLast().id().hex();
        execute("UPDATE private_key SET nonce = x'000000000000000000000000' WHERE id = x'" + last + "'");
        KeyVault fresh = new KeyVault(database, next);
        assertThatThrownBy(() -> rewrapped(database, fresh, MASTER))
                .cause()
                .isExactlyInstanceOf(KeyFileException.class)
                .hasMessage("private key " + last + DOES_NOT_OPEN);
        assertThat(vault.list(Optional.empty(), 10)).allMatch(key -> !key.opens());
    }

    @Test
    void seesAtOnceWhatAnotherProcessDoes() throws Exception {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        MailCertificate certificate = request(ALICE, key).issue().certificate();
        try (CertificateDatabase other = CertificateDatabase.open(database.file())) {
            KeyVault command = new KeyVault(other, MASTER);
            assertThat(certificatesOf(ALICE)).isEmpty();
            imported(other, command, key, certificate);
            assertThat(certificatesOf(ALICE)).containsExactly(certificate);
            other.wrappedKeys().remove(PublicKeyId.of(certificate));
            assertThat(certificatesOf(ALICE)).isEmpty();
        }
    }

    private KeyImport vouched(
            KeyMaterial key, List<MailCertificate> beside, Predicate<MailCertificate> isVouchedFor) {
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

    private void importKey(KeyMaterial key, MailCertificate certificate) {
        assertThat(imported(database, vault, key, certificate)).isInstanceOf(KeyImport.Imported.class);
    }

    private List<MailCertificate> certificatesOf(MailAddress address) {
        return vault.keysOf(address).stream().map(KeyHandle::certificate).toList();
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

    private static void assertUnavailable(KeyVault vault, String why) {
        PublicKeyId id = vault.list(Optional.empty(), 10).stream()
                .filter(key -> key.addresses().contains(ALICE))
                .findFirst()
                .orElseThrow()
                .id();
        assertThatThrownBy(() -> vault.keysOf(ALICE))
                .isExactlyInstanceOf(StoreUnavailableException.class)
                .hasMessage("keys of alice@example.com: private key " + id + why);
    }

    private void change(String column, UnaryOperator<byte[]> change) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                PreparedStatement read = connection.prepareStatement("SELECT " + column + " FROM private_key");
                PreparedStatement write = connection.prepareStatement("UPDATE private_key SET " + column + " = ?")) {
            write.setBytes(1, change.apply(read.executeQuery().getBytes(1)));
            write.executeUpdate();
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }

    private static CertificateRequest request(MailAddress address, KeyMaterial key) {
        return AUTHORITY.request(address).key(key).validity(START, END);
    }

    private static MasterKey master(int fill) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) fill);
        try {
            return MasterKey.of(secret);
        } catch (KeyFileException e) {
            throw new AssertionError(e);
        }
    }

    /** The public half of one key with the private half of another. */
    private record KeyMaterialUnder(KeyMaterial publicHalf, KeyMaterial privateHalf) {
        KeyMaterial mixed() {
            try {
                return new KeyMaterial(
                        java.security.KeyFactory.getInstance("EC")
                                .generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(privateHalf.encoded())),
                        publicHalf.publicKey());
            } catch (java.security.GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final String DOES_NOT_OPEN = " does not open: the row was changed or belongs to another key";
}
