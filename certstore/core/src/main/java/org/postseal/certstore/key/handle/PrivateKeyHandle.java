package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
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
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

/** Uses a key in memory or on a token. Thread-safe: every operation gets an engine of its own. */
public final class PrivateKeyHandle implements KeyHandle {
    private final KeyAccess key;
    private final MailCertificate certificate;
    private final List<MailCertificate> chain;
    private final Set<SignatureScheme> schemes;
    private final ContentKeyRecovery recovery;

    public PrivateKeyHandle(
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
        } catch (StoreUnavailableException away) {
            count(scheme).failed(null);
            throw new SignatureException("signing failed", away);
        } catch (GeneralSecurityException | ProviderException e) {
            throw new SignatureException("signing failed", e);
        }
    }

    private byte[] sign(SignatureScheme scheme, byte[] input, PrivateKey lent, Engines engines)
            throws GeneralSecurityException {
        if (certificate.keyKind() instanceof PublicKeyKind.Rsa(int bits, boolean _)) {
            boolean isBatched = BareRsa.isBatched(lent, engines);
            if (PssPadding.isPss(scheme) && (isBatched || !engines.hasPss())) {
                return PssPadding.sign(scheme, input, bits, lent, engines, count(scheme));
            }
            if (Pkcs1Padding.isFor(scheme) && isBatched) {
                return Pkcs1Padding.sign(scheme, input, bits, lent, engines, count(scheme));
            }
        }
        Provider provider = engines.provider();
        try {
            Signature engine = engines.signature(scheme, keyless -> keyless.initSign(lent));
            provider = engine.getProvider();
            engine.update(input);
            byte[] signature = engine.sign();
            count(scheme).done(provider);
            return signature;
        } catch (GeneralSecurityException | ProviderException e) {
            count(scheme).failed(provider);
            throw e;
        }
    }

    private CryptoCount count(SignatureScheme scheme) {
        return CryptoCount.of(CryptoOperation.SIGN, name(scheme));
    }

    // The names are those of JCA, and those of FIPS 204 for its parameter sets.
    private String name(SignatureScheme scheme) {
        return switch (scheme) {
            case RSA_PKCS1_MD5 -> "MD5withRSA";
            case RSA_PKCS1_SHA1 -> "SHA1withRSA";
            case RSA_PKCS1_SHA256 -> "SHA256withRSA";
            case RSA_PKCS1_SHA384 -> "SHA384withRSA";
            case RSA_PKCS1_SHA512 -> "SHA512withRSA";
            case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 -> "RSASSA-PSS";
            case ECDSA_SHA1 -> "SHA1withECDSA";
            case ECDSA_SHA256 -> "SHA256withECDSA";
            case ECDSA_SHA384 -> "SHA384withECDSA";
            case ECDSA_SHA512 -> "SHA512withECDSA";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case ML_DSA ->
                certificate.keyKind() instanceof PublicKeyKind.MlDsa(PublicKeyKind.MlDsaParameters parameters)
                        ? parameters.standardName()
                        : "ML-DSA";
        };
    }

    @Override
    public byte[] recoverContentKey(WrappedContentKey wrapped) {
        return recovery.recover(wrapped);
    }

    /** Returns the key itself for writing it to a file, or empty if it cannot leave its token. */
    public Optional<InMemoryKey> inMemory() {
        return key instanceof InMemoryKey kept ? Optional.of(kept) : Optional.empty();
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
            case PublicKeyKind.SlhDsa _, PublicKeyKind.CompositeSignature _, PublicKeyKind.EncryptsOnly _ ->
                EnumSet.noneOf(SignatureScheme.class);
        };
    }
}
