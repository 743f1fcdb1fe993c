package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.rewrapped;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKey;

/** Tests which rows of the database a vault opens, and under which master key. */
@Tag("thorough")
class KeyVaultRowTest extends KeyVaultFixture {
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
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database.name());
                PreparedStatement read = connection.prepareStatement("SELECT " + column + " FROM private_key");
                PreparedStatement write = connection.prepareStatement("UPDATE private_key SET " + column + " = ?")) {
            write.setBytes(1, change.apply(read.executeQuery().getBytes(1)));
            write.executeUpdate();
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
