package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

/**
 * Recovers content keys by ephemeral-static key agreement: ECDH on NIST and Brainpool curves (RFC 5753), X25519 and
 * X448 (RFC 8418).
 *
 * <p>Unlike RSA padding, the integrity check of the key wrap tells an attacker nothing new. The maker of the ephemeral
 * key knows the wrapping key anyway, and everybody else gets no further than a failing check. Still, with RFC 3394 the
 * check takes constant time, and the caller sees one kind of result. Anybody can find out without the private key how a
 * provider treats a point that is not on the curve.
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
            Optional<ContentKeyWrap> wrapping =
                    Optional.ofNullable(wrap).flatMap(named -> ContentKeyWrap.of(named.getAlgorithm()));
            if (derivation == null || wrap == null || wrapping.isEmpty()) {
                return substitute;
            }
            byte[] secret = agree(wrapped.originator());
            byte[] wrappingKey = derivation.derive(
                    secret, wrap, wrapped.userKeyingMaterial(), wrapping.get().keyLength());
            return wrapping.get().unwrap(wrappingKey, wrapped.encryptedKey(), substitute);
        } catch (StoreUnavailableException away) {
            count().failed(null);
            throw away;
        } catch (GeneralSecurityException | RuntimeException e) {
            // Hostile points and parameters end here, whatever exception a provider throws. The result is a content key
            // that does not decrypt the message.
            return substitute;
        }
    }

    private byte[] agree(SubjectPublicKeyInfo originator) throws GeneralSecurityException {
        AlgorithmIdentifier own = certificate.holder().getSubjectPublicKeyInfo().getAlgorithm();
        // RFC 5753 §3.1.1: the originator's parameters are absent, NULL, or the name of the curve. A curve that is
        // spelt out would be one that the sender made up.
        ASN1Encodable parameters = originator.getAlgorithm().getParameters();
        boolean isOurCurve =
                parameters == null || parameters.equals(DERNull.INSTANCE) || parameters.equals(own.getParameters());
        if (!originator.getAlgorithm().getAlgorithm().equals(own.getAlgorithm()) || !isOurCurve) {
            throw new InvalidKeyException("another kind of key");
        }
        // The point is read on our own curve, which the parameters need not name.
        SubjectPublicKeyInfo onOurCurve =
                new SubjectPublicKeyInfo(own, originator.getPublicKeyData().getOctets());
        if (!CertificateLimits.kindOf(onOurCurve).equals(certificate.keyKind())) {
            throw new InvalidKeyException("another curve");
        }
        boolean isNamed = certificate.keyKind() instanceof PublicKeyKind.Ec;
        // Both XDH functions refuse the all-zero secret that a hostile key produces (RFC 7748 §6).
        PublicKey peer = publicKey(onOurCurve, isNamed ? "EC" : "XDH");
        return key.use((lent, engines) -> agree(lent, peer, engines));
    }

    private byte[] agree(PrivateKey lent, PublicKey peer, Engines engines) throws GeneralSecurityException {
        Provider provider = engines.provider();
        boolean isOurKeyTaken = false;
        try {
            KeyAgreement agreement =
                    engines.agreement(certificate.keyKind() instanceof PublicKeyKind.Ec ? "ECDH" : "XDH");
            agreement.init(lent);
            isOurKeyTaken = true;
            provider = agreement.getProvider();
            agreement.doPhase(peer, true);
            byte[] secret = agreement.generateSecret();
            count().done(provider);
            return secret;
        } catch (GeneralSecurityException | RuntimeException e) {
            if (provider != null && isOurKeyTaken && e instanceof InvalidKeyException) {
                // The provider refuses the sender's key, not ours. That counts as work done.
                count().done(provider);
            } else {
                count().failed(provider);
            }
            throw e;
        }
    }

    private CryptoCount count() {
        return CryptoCount.of(
                CryptoOperation.DECRYPT_KEY,
                ContentKeyAlgorithm.of(certificate.keyKind()).word());
    }

    private static PublicKey publicKey(SubjectPublicKeyInfo info, String family) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(info.getEncoded()));
        } catch (java.io.IOException e) {
            throw new InvalidKeyException("key cannot be encoded", e);
        }
    }
}
