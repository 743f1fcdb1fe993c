package org.postseal.certstore.key.handle;

import java.util.Map;
import org.postseal.certstore.PublicKeyKind;

/**
 * The ways in which a content key reaches a recipient, named as in their standards (RFC 8017 §7, RFC 9690, RFC 5753,
 * RFC 8418, RFC 9936). They label metrics.
 */
public enum ContentKeyAlgorithm {
    RSAES_PKCS1("RSAES-PKCS1-v1_5"),
    OAEP_SHA1("RSAES-OAEP SHA-1"),
    OAEP_SHA224("RSAES-OAEP SHA-224"),
    OAEP_SHA256("RSAES-OAEP SHA-256"),
    OAEP_SHA384("RSAES-OAEP SHA-384"),
    OAEP_SHA512("RSAES-OAEP SHA-512"),
    /** The parameters are not supported. */
    OAEP_OTHER("RSAES-OAEP other"),
    RSA_KEM("RSA-KEM"),
    ECDH_P256("ECDH P-256"),
    ECDH_P384("ECDH P-384"),
    ECDH_P521("ECDH P-521"),
    ECDH_BRAINPOOLP256R1("ECDH brainpoolP256r1"),
    ECDH_BRAINPOOLP384R1("ECDH brainpoolP384r1"),
    ECDH_BRAINPOOLP512R1("ECDH brainpoolP512r1"),
    X25519("X25519"),
    X448("X448"),
    ML_KEM_512("ML-KEM-512"),
    ML_KEM_768("ML-KEM-768"),
    ML_KEM_1024("ML-KEM-1024"),
    COMPOSITE_ML_KEM("composite ML-KEM");

    private static final Map<String, ContentKeyAlgorithm> OAEP = Map.of(
            "SHA-1", OAEP_SHA1,
            "SHA-224", OAEP_SHA224,
            "SHA-256", OAEP_SHA256,
            "SHA-384", OAEP_SHA384,
            "SHA-512", OAEP_SHA512);

    private final String word;

    ContentKeyAlgorithm(String word) {
        this.word = word;
    }

    /** Returns OAEP with this digest over its label. The digest has its JCA name. */
    public static ContentKeyAlgorithm oaep(String digest) {
        return OAEP.getOrDefault(digest, OAEP_OTHER);
    }

    /** Returns the algorithm by which a key takes a secret out of its capsule. */
    static ContentKeyAlgorithm encapsulated(PublicKeyKind kind) {
        return kind instanceof PublicKeyKind.Rsa ? RSA_KEM : of(kind);
    }

    /** Returns the algorithm of a key that agrees or encapsulates. */
    public static ContentKeyAlgorithm of(PublicKeyKind kind) {
        return switch (kind) {
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) ->
                switch (curve) {
                    case P256 -> ECDH_P256;
                    case P384 -> ECDH_P384;
                    case P521 -> ECDH_P521;
                    case BRAINPOOLP256R1 -> ECDH_BRAINPOOLP256R1;
                    case BRAINPOOLP384R1 -> ECDH_BRAINPOOLP384R1;
                    case BRAINPOOLP512R1 -> ECDH_BRAINPOOLP512R1;
                };
            case PublicKeyKind.X25519 _ -> X25519;
            case PublicKeyKind.X448 _ -> X448;
            case PublicKeyKind.MlKem(PublicKeyKind.MlKemParameters parameters) ->
                switch (parameters) {
                    case ML_KEM_512 -> ML_KEM_512;
                    case ML_KEM_768 -> ML_KEM_768;
                    case ML_KEM_1024 -> ML_KEM_1024;
                };
            case PublicKeyKind.CompositeKem _ -> COMPOSITE_ML_KEM;
            case PublicKeyKind.Rsa _, PublicKeyKind.SignsOnly _ ->
                throw new IllegalArgumentException(kind.text() + " neither agrees nor encapsulates");
        };
    }

    /** Returns the label for metrics. */
    public String word() {
        return word;
    }
}
