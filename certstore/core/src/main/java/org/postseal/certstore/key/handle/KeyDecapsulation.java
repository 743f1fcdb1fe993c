package org.postseal.certstore.key.handle;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KEM;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.Composite;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

/**
 * Recovers content keys from a KEMRecipientInfo (RFC 9629): by ML-KEM (FIPS 203, RFC 9936), by RSA-KEM (RFC
 * 9690) and by composites of ML-KEM.
 *
 * <p>Decapsulation never fails: an altered ciphertext yields another secret, the same one each time (FIPS 203 §6.3; the
 * bare RSA operation has no padding that could be wrong). Then the integrity check of the key wrap fails, which reveals
 * nothing more, and the caller gets the substitute.
 */
final class KeyDecapsulation {
    private final KeyAccess key;
    private final ImplicitRejection rejection;
    private final MailCertificate certificate;

    KeyDecapsulation(KeyAccess key, ImplicitRejection rejection, MailCertificate certificate) {
        this.key = key;
        this.rejection = rejection;
        this.certificate = certificate;
    }

    byte[] recover(WrappedContentKey.Encapsulation wrapped, byte[] substitute) {
        Optional<KemKdf> derivation = KemKdf.of(wrapped.kdf());
        Optional<ContentKeyWrap> wrap = ContentKeyWrap.of(wrapped.wrap().getAlgorithm())
                .filter(named ->
                        named != ContentKeyWrap.TRIPLE_DES && named.keyLength() == wrapped.wrappingKeyLength());
        // RFC 9629 §3: a message is refused if the announced length of the wrapping key is not that of the wrap.
        if (wrap.isEmpty() || derivation.isEmpty() || !isForKey(wrapped)) {
            return substitute;
        }
        CryptoCount count = CryptoCount.of(
                CryptoOperation.DECRYPT_KEY,
                ContentKeyAlgorithm.encapsulated(certificate.keyKind()).word());
        try {
            byte[] secret = switch (certificate.keyKind()) {
                case PublicKeyKind.Rsa _ -> rsaSecret(wrapped, derivation.get(), count);
                case PublicKeyKind.CompositeKem(Composite algorithm) -> {
                    CompositeDecapsulation composite = new CompositeDecapsulation(
                            algorithm,
                            rejection,
                            certificate
                                    .holder()
                                    .getSubjectPublicKeyInfo()
                                    .getPublicKeyData()
                                    .getOctets());
                    yield key.use((lent, engines) -> composite.secret(lent, wrapped.ciphertext(), engines, count));
                }
                default -> key.use((lent, _) -> decapsulated(lent, wrapped.ciphertext(), count));
            };
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

    // The sender knows all of this: the algorithm, the length, and whether the number is below the modulus.
    private boolean isForKey(WrappedContentKey.Encapsulation wrapped) {
        AlgorithmIdentifier own = certificate.holder().getSubjectPublicKeyInfo().getAlgorithm();
        return switch (certificate.keyKind()) {
            case PublicKeyKind.MlKem(PublicKeyKind.MlKemParameters parameters) ->
                wrapped.kem().getAlgorithm().equals(own.getAlgorithm())
                        && wrapped.ciphertext().length == parameters.ciphertextOctets();
            case PublicKeyKind.Rsa(int bits, boolean pssOnly) ->
                !pssOnly
                        && wrapped.kem().equals(RSA_KEM)
                        && wrapped.ciphertext().length == (bits + 7) / 8
                        && certificate.x509().getPublicKey() instanceof RSAPublicKey rsa
                        && new BigInteger(1, wrapped.ciphertext()).compareTo(rsa.getModulus()) < 0;
            case PublicKeyKind.CompositeKem _ -> wrapped.kem().equals(own);
            case PublicKeyKind.Ec _, PublicKeyKind.X25519 _, PublicKeyKind.X448 _, PublicKeyKind.SignsOnly _ -> false;
        };
    }

    // RFC 9690, Appendix A: the number is as long as the modulus, and the shared secret is derived from it. Derivation
    // and length are those of the wrapping key, since kem has no parameters that name others.
    private byte[] rsaSecret(WrappedContentKey.Encapsulation wrapped, KemKdf derivation, CryptoCount count)
            throws GeneralSecurityException {
        byte[] number = RsaKeyTransport.leftPadded(
                key.use((lent, engines) -> BareRsa.DECRYPTING.apply(wrapped.ciphertext(), lent, engines, count)),
                wrapped.ciphertext().length);
        byte[] secret = derivation.derive(number, new byte[0], wrapped.wrappingKeyLength());
        Arrays.fill(number, (byte) 0);
        return secret;
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

    /** It is id-kem-rsa without parameters. */
    private static final AlgorithmIdentifier RSA_KEM =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.0.18033.2.2.4"));
}
