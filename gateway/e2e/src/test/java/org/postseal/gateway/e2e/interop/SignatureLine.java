package org.postseal.gateway.e2e.interop;

import java.util.List;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.protection.SigningSettings.RsaPadding;

/** A kind of signature. */
enum SignatureLine implements Line {
    RSA2048_SHA1("RSA-2048, v1.5", KeyAlgorithm.RSA2048, Digest.SHA1),
    RSA2048_SHA256("RSA-2048, v1.5", KeyAlgorithm.RSA2048, Digest.SHA256),
    RSA2048_SHA384("RSA-2048, v1.5", KeyAlgorithm.RSA2048, Digest.SHA384),
    RSA2048_SHA512("RSA-2048, v1.5", KeyAlgorithm.RSA2048, Digest.SHA512),
    RSA3072_SHA256("RSA-3072, v1.5", KeyAlgorithm.RSA3072, Digest.SHA256),
    RSA4096_SHA512("RSA-4096, v1.5", KeyAlgorithm.RSA4096, Digest.SHA512),
    PSS_SHA256("RSA-2048, PSS", KeyAlgorithm.RSA2048, Digest.SHA256, RsaPadding.PSS),
    PSS_SHA384("RSA-3072, PSS", KeyAlgorithm.RSA3072, Digest.SHA384, RsaPadding.PSS),
    PSS_SHA512("RSA-4096, PSS", KeyAlgorithm.RSA4096, Digest.SHA512, RsaPadding.PSS),
    P256_SHA256("ECDSA P-256", KeyAlgorithm.P256, Digest.SHA256),
    P384_SHA384("ECDSA P-384", KeyAlgorithm.P384, Digest.SHA384),
    P521_SHA512("ECDSA P-521", KeyAlgorithm.P521, Digest.SHA512),
    BRAINPOOLP256R1_SHA256("ECDSA brainpoolP256r1", KeyAlgorithm.BRAINPOOLP256R1, Digest.SHA256),
    BRAINPOOLP384R1_SHA384("ECDSA brainpoolP384r1", KeyAlgorithm.BRAINPOOLP384R1, Digest.SHA384),
    BRAINPOOLP512R1_SHA512("ECDSA brainpoolP512r1", KeyAlgorithm.BRAINPOOLP512R1, Digest.SHA512),
    ED25519("Ed25519", KeyAlgorithm.ED25519),
    ED448("Ed448", KeyAlgorithm.ED448),
    ML_DSA_44("ML-DSA-44", KeyAlgorithm.ML_DSA_44),
    ML_DSA_65("ML-DSA-65", KeyAlgorithm.ML_DSA_65),
    ML_DSA_87("ML-DSA-87", KeyAlgorithm.ML_DSA_87);

    private final String signature;
    private final KeyAlgorithm key;
    private final Digest digest;
    private final RsaPadding padding;
    private final boolean hasChoiceOfDigest;

    SignatureLine(String signature, KeyAlgorithm key, Digest digest, RsaPadding padding, boolean hasChoiceOfDigest) {
        this.signature = signature;
        this.key = key;
        this.digest = digest;
        this.padding = padding;
        this.hasChoiceOfDigest = hasChoiceOfDigest;
    }

    SignatureLine(String signature, KeyAlgorithm key, Digest digest, RsaPadding padding) {
        this(signature, key, digest, padding, true);
    }

    SignatureLine(String signature, KeyAlgorithm key, Digest digest) {
        this(signature, key, digest, RsaPadding.PKCS1, true);
    }

    /** A signature whose digest is fixed by the key. */
    SignatureLine(String signature, KeyAlgorithm key) {
        this(signature, key, Digest.SHA512, RsaPadding.PKCS1, false);
    }

    @Override
    public String words() {
        return hasChoiceOfDigest ? signature + ", " + digestName() : signature;
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.CLEAR_TO_PEER, Column.CLEAR_FROM_PEER, Column.OPAQUE_TO_PEER, Column.OPAQUE_FROM_PEER);
    }

    KeyAlgorithm key() {
        return key;
    }

    /** Returns the digest, as {@code SHA-256}. */
    String digestName() {
        return "SHA-" + digest.name().substring(3);
    }

    boolean isPss() {
        return padding == RsaPadding.PSS;
    }

    SigningSettings settings(boolean clear) {
        return new SigningSettings(digest, padding, clear);
    }

    /** Returns what {@link Found#signature} says about such a SignerInfo. */
    String found() {
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 -> (isPss() ? "RSASSA-PSS " : "RSA v1.5 ") + digestName();
            case P256, P384, P521, BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 -> "ECDSA " + digestName();
            case ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 -> signature;
            case X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024 ->
                throw new IllegalStateException(key + " does not sign");
        };
    }
}
