package org.postseal.certstore.key;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;
import java.security.SignatureException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;

/** A key in memory or on a token. Thread-safe: every operation gets its own engine. */
final class PrivateKeyHandle implements KeyHandle {
    private final KeyAccess key;
    private final MailCertificate certificate;
    private final List<MailCertificate> chain;
    private final Set<SignatureScheme> schemes;
    private final ContentKeyRecovery recovery;

    PrivateKeyHandle(
            KeyAccess key, ImplicitRejection rejection, MailCertificate certificate, List<MailCertificate> chain) {
        this.key = key;
        this.certificate = certificate;
        this.chain = List.copyOf(chain);
        this.schemes = Set.copyOf(schemesOf(certificate.keyKind()));
        this.recovery = new ContentKeyRecovery(key, rejection, certificate);
    }

    @Override
    public MailCertificate certificate() {
        return certificate;
    }

    @Override
    public List<MailCertificate> chain() {
        return chain;
    }

    @Override
    public boolean isHardware() {
        return key.isHardware();
    }

    @Override
    public Set<SignatureScheme> schemes() {
        return schemes;
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
        if (!schemes.contains(scheme)) {
            throw new SignatureException(scheme + " cannot be made with this key");
        }
        try {
            return key.use((lent, engines) -> sign(scheme, input, lent, engines));
        } catch (SignatureException e) {
            throw e;
        } catch (GeneralSecurityException | ProviderException | StoreUnavailableException e) {
            throw new SignatureException("signing failed", e);
        }
    }

    private byte[] sign(SignatureScheme scheme, byte[] input, PrivateKey lent, Engines engines)
            throws GeneralSecurityException {
        if (PssPadding.isPss(scheme)
                && !engines.hasPss()
                && certificate.keyKind() instanceof PublicKeyKind.Rsa(int bits, boolean _)) {
            return PssPadding.sign(scheme, input, bits, lent, engines);
        }
        Signature engine = engines.signature(scheme);
        engine.initSign(lent);
        engine.update(input);
        return engine.sign();
    }

    @Override
    public byte[] recoverContentKey(WrappedContentKey wrapped) {
        return recovery.recover(wrapped);
    }

    /** The key itself, for a file; empty where it cannot leave its token. */
    Optional<KeyMaterial> material() {
        if (isHardware()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeyMaterial(
                    key.use((lent, _) -> lent), certificate.holder().getSubjectPublicKeyInfo()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key in memory is always there", e);
        }
    }

    @Override
    public String toString() {
        return "key of " + certificate;
    }

    private static Set<SignatureScheme> schemesOf(PublicKeyKind kind) {
        return switch (kind) {
            case PublicKeyKind.Rsa rsa ->
                rsa.pssOnly()
                        ? EnumSet.range(SignatureScheme.RSA_PSS_SHA256, SignatureScheme.RSA_PSS_SHA512)
                        : EnumSet.range(SignatureScheme.RSA_PKCS1_MD5, SignatureScheme.RSA_PSS_SHA512);
            case PublicKeyKind.Ec _ -> EnumSet.range(SignatureScheme.ECDSA_SHA1, SignatureScheme.ECDSA_SHA512);
            case PublicKeyKind.Ed25519 _ -> EnumSet.of(SignatureScheme.ED25519);
            case PublicKeyKind.Ed448 _ -> EnumSet.of(SignatureScheme.ED448);
            case PublicKeyKind.MlDsa _ -> EnumSet.of(SignatureScheme.ML_DSA);
            case PublicKeyKind.X25519 _, PublicKeyKind.X448 _, PublicKeyKind.MlKem _ ->
                EnumSet.noneOf(SignatureScheme.class);
        };
    }
}
