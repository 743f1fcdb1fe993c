package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Security;
import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;
import org.postseal.certstore.provider.CryptoProviders;

/** Checks what is counted when a key cannot do an operation. */
@Isolated("counts the operations of the whole process")
class FailedOperationsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final byte[] TEXT = {1, 2, 3};
    private static final WrappedContentKey WRAPPED = new WrappedContentKey.KeyTransport(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), new byte[256], 32);

    private final MailCertificate certificate;
    private final PrivateKey other;

    FailedOperationsTest() throws GeneralSecurityException {
        CryptoProviders.install();
        certificate = CertificateAuthority.create("Root", START, END)
                .issue(MailAddress.of("alice@example.com"), KeyAlgorithm.RSA2048, Profile.DUAL, START, END)
                .certificate();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        other = generator.generateKeyPair().getPrivate();
    }

    @Test
    void aKeyThatIsAwayFailsForNobody() {
        PrivateKeyHandle handle = handle(new KeyAccess() {
            @Override
            public <T> T use(Operation<T> operation) {
                throw new StoreUnavailableException("taken out");
            }

            @Override
            public boolean isHardware() {
                return true;
            }
        });
        long signed = failed(CryptoOperation.SIGN, "SHA256withRSA", true);
        assertThatThrownBy(() -> handle.sign(SignatureScheme.RSA_PKCS1_SHA256, TEXT))
                .isInstanceOf(SignatureException.class);
        assertThat(failed(CryptoOperation.SIGN, "SHA256withRSA", true)).isEqualTo(signed + 1);

        long recovered = failed(CryptoOperation.DECRYPT_KEY, "RSAES-PKCS1-v1_5", true);
        assertThatThrownBy(() -> handle.recoverContentKey(WRAPPED)).isInstanceOf(StoreUnavailableException.class);
        assertThat(failed(CryptoOperation.DECRYPT_KEY, "RSAES-PKCS1-v1_5", true))
                .isEqualTo(recovered + 1);
    }

    @Test
    void aProviderThatDoesNotTakeTheKeyFails() {
        PrivateKeyHandle handle = handle(lending(Engines.of(Security.getProvider("SunRsaSign"))));
        long signed = failed(CryptoOperation.SIGN, "SHA256withRSA", false);
        assertThatThrownBy(() -> handle.sign(SignatureScheme.RSA_PKCS1_SHA256, TEXT))
                .isInstanceOf(SignatureException.class);
        assertThat(failed(CryptoOperation.SIGN, "SHA256withRSA", false)).isEqualTo(signed + 1);

        PrivateKeyHandle reading = handle(lending(Engines.of(Security.getProvider("SunJCE"))));
        long recovered = failed(CryptoOperation.DECRYPT_KEY, "RSAES-PKCS1-v1_5", false);
        // The caller gets a content key and learns nothing of the failure.
        assertThat(reading.recoverContentKey(WRAPPED)).hasSize(32);
        assertThat(failed(CryptoOperation.DECRYPT_KEY, "RSAES-PKCS1-v1_5", false))
                .isEqualTo(recovered + 1);
    }

    @Test
    void aKeyThatNoProviderTakesFailsForNobody() {
        PrivateKeyHandle handle = handle(new InMemoryKey(other, null));
        long signed = failed(CryptoOperation.SIGN, "SHA256withRSA", true);
        assertThatThrownBy(() -> handle.sign(SignatureScheme.RSA_PKCS1_SHA256, TEXT))
                .isInstanceOf(SignatureException.class)
                .hasCauseInstanceOf(InvalidKeyException.class);
        assertThat(failed(CryptoOperation.SIGN, "SHA256withRSA", true)).isEqualTo(signed + 1);
    }

    private KeyAccess lending(Engines engines) {
        return new KeyAccess() {
            @Override
            public <T> T use(Operation<T> operation) throws GeneralSecurityException {
                return operation.with(other, engines);
            }

            @Override
            public boolean isHardware() {
                return false;
            }
        };
    }

    private PrivateKeyHandle handle(KeyAccess access) {
        return new PrivateKeyHandle(access, ImplicitRejection.of(other), certificate, List.of());
    }

    private static long failed(CryptoOperation operation, String algorithm, boolean byNobody) {
        return CryptoCount.readings().stream()
                .filter(each ->
                        each.operation() == operation && each.algorithm().equals(algorithm))
                .filter(each -> each.provider().equals("none") == byNobody)
                .mapToLong(CryptoCount.Reading::failed)
                .sum();
    }
}
