package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KEM;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

/**
 * Recovers content keys by ML-KEM (FIPS 203) as CMS uses it (RFC 9629, RFC 9936).
 *
 * <p>Decapsulation never fails: an altered ciphertext yields another secret, the same one each time (FIPS 203 §6.3).
 * Then the integrity check of the key wrap fails, which reveals nothing more, and the caller gets the substitute.
 */
final class KeyDecapsulation {
    private final KeyAccess key;
    private final MailCertificate certificate;

    KeyDecapsulation(KeyAccess key, MailCertificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    byte[] recover(WrappedContentKey.Encapsulation wrapped, byte[] substitute) {
        if (!(certificate.keyKind() instanceof PublicKeyKind.MlKem(PublicKeyKind.MlKemParameters parameters))) {
            return substitute;
        }
        Optional<KemKdf> derivation = KemKdf.of(wrapped.kdf());
        Optional<ContentKeyWrap> wrap = ContentKeyWrap.of(wrapped.wrap().getAlgorithm())
                .filter(named ->
                        named != ContentKeyWrap.TRIPLE_DES && named.keyLength() == wrapped.wrappingKeyLength());
        // RFC 9629 §3: a message is refused if the announced length of the wrapping key is not that of the wrap.
        if (wrap.isEmpty()
                || !wrapped.kem()
                        .getAlgorithm()
                        .equals(certificate
                                .holder()
                                .getSubjectPublicKeyInfo()
                                .getAlgorithm()
                                .getAlgorithm())
                || derivation.isEmpty()
                || wrapped.ciphertext().length != parameters.ciphertextOctets()) {
            return substitute;
        }
        CryptoCount count = CryptoCount.of(
                CryptoOperation.DECRYPT_KEY,
                ContentKeyAlgorithm.of(certificate.keyKind()).word());
        try {
            byte[] secret = key.use((lent, _) -> decapsulated(lent, wrapped.ciphertext(), count));
            byte[] wrappingKey = derivation
                    .get()
                    .derive(secret, wrapped.wrap(), wrap.get().keyLength(), wrapped.userKeyingMaterial());
            Arrays.fill(secret, (byte) 0);
            byte[] found = wrap.get().unwrap(wrappingKey, wrapped.encryptedKey(), substitute);
            Arrays.fill(wrappingKey, (byte) 0);
            return found;
        } catch (StoreUnavailableException away) {
            count.failed(null);
            throw away;
        } catch (GeneralSecurityException | RuntimeException e) {
            // Hostile octets end here, whatever exception a provider throws. The result is a content key that does not
            // decrypt the message.
            return substitute;
        }
    }

    private static byte[] decapsulated(PrivateKey lent, byte[] ciphertext, CryptoCount count)
            throws GeneralSecurityException {
        try {
            KEM.Decapsulator engine = KEM.getInstance("ML-KEM").newDecapsulator(lent);
            byte[] secret = engine.decapsulate(ciphertext).getEncoded();
            count.done(engine.providerName());
            return secret;
        } catch (GeneralSecurityException | RuntimeException e) {
            // The ciphertext has the right length, so a provider has no reason to refuse it.
            count.failed(null);
            throw e;
        }
    }
}
