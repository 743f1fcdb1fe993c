package org.postseal.certstore.key;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;

/**
 * Ephemeral-static key agreement: ECDH on the NIST curves (RFC 5753) and X25519 (RFC 8418), AES key wrap (RFC 3394).
 *
 * <p>Unlike RSA padding, the integrity check of the key wrap tells an attacker nothing he does not know: who made the ephemeral key knows the wrapping
 * key, and who did not cannot reach beyond a failing check. So its exception may be caught; the caller still sees one kind of result.
 */
final class EphemeralStaticAgreement {
    private final KeyAccess key;
    private final MailCertificate certificate;

    EphemeralStaticAgreement(KeyAccess key, MailCertificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    byte[] recover(WrappedContentKey.KeyAgreement wrapped, byte[] substitute) {
        if (!certificate.keyKind().agrees()) {
            return substitute;
        }
        try {
            AgreementKdf derivation = AgreementKdf.of(wrapped.algorithm().getAlgorithm());
            AlgorithmIdentifier wrap =
                    AlgorithmIdentifier.getInstance(wrapped.algorithm().getParameters());
            Integer wrappingKeyLength = wrap == null ? null : WRAPPING_KEY_LENGTHS.get(wrap.getAlgorithm());
            if (derivation == null || wrap == null || wrappingKeyLength == null) {
                return substitute;
            }
            byte[] secret = agree(wrapped.originator());
            byte[] wrappingKey = derivation.derive(secret, wrap, wrapped.userKeyingMaterial(), wrappingKeyLength);
            byte @Nullable [] found = unwrap(wrappingKey, wrapped.encryptedKey());
            return found != null && found.length == substitute.length ? found : substitute;
        } catch (StoreUnavailableException away) {
            throw away;
        } catch (GeneralSecurityException | RuntimeException e) {
            // hostile points and parameters end here, whatever an engine makes of them; the outcome shows as content
            // that does not decrypt
            return substitute;
        }
    }

    private byte[] agree(SubjectPublicKeyInfo originator) throws GeneralSecurityException {
        AlgorithmIdentifier own = certificate.holder().getSubjectPublicKeyInfo().getAlgorithm();
        if (!originator.getAlgorithm().getAlgorithm().equals(own.getAlgorithm())) {
            throw new InvalidKeyException("another kind of key");
        }
        // always on our own curve: RFC 5753 §3.1.1 lets the originator's parameters be absent or NULL
        SubjectPublicKeyInfo onOurCurve =
                new SubjectPublicKeyInfo(own, originator.getPublicKeyData().getOctets());
        if (!CertificateLimits.kindOf(onOurCurve).equals(certificate.keyKind())) {
            throw new InvalidKeyException("another curve");
        }
        boolean montgomery = certificate.keyKind() instanceof PublicKeyKind.X25519;
        PublicKey peer = publicKey(onOurCurve, montgomery ? "X25519" : "EC");
        return key.use((lent, engines) -> {
            KeyAgreement agreement = engines.agreement(montgomery ? "X25519" : "ECDH");
            agreement.init(lent);
            agreement.doPhase(peer, true);
            return agreement.generateSecret();
        });
    }

    private static PublicKey publicKey(SubjectPublicKeyInfo info, String family) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(info.getEncoded()));
        } catch (java.io.IOException e) {
            throw new InvalidKeyException("key cannot be encoded", e);
        }
    }

    private static byte @Nullable [] unwrap(byte[] wrappingKey, byte[] encryptedKey) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(wrappingKey, "AES"));
        SecretKey found = (SecretKey) cipher.unwrap(encryptedKey, "AES", Cipher.SECRET_KEY);
        return found.getEncoded();
    }

    private static final Map<ASN1ObjectIdentifier, Integer> WRAPPING_KEY_LENGTHS = Map.of(
            NISTObjectIdentifiers.id_aes128_wrap, 16,
            NISTObjectIdentifiers.id_aes192_wrap, 24,
            NISTObjectIdentifiers.id_aes256_wrap, 32);
}
