package org.postseal.certstore.key;

import org.postseal.certstore.PublicKeyKind.Curve;

/** The kinds of key that we generate. */
public enum KeyAlgorithm {
    RSA2048("RSA", "2048"),
    RSA3072("RSA", "3072"),
    RSA4096("RSA", "4096"),
    P256(Curve.P256),
    P384(Curve.P384),
    P521(Curve.P521),
    BRAINPOOLP256R1(Curve.BRAINPOOLP256R1),
    BRAINPOOLP384R1(Curve.BRAINPOOLP384R1),
    BRAINPOOLP512R1(Curve.BRAINPOOLP512R1),
    ED25519("Ed25519", ""),
    ED448("Ed448", ""),
    X25519("X25519", ""),
    X448("X448", ""),
    ML_DSA_44("ML-DSA", "ML-DSA-44"),
    ML_DSA_65("ML-DSA", "ML-DSA-65"),
    ML_DSA_87("ML-DSA", "ML-DSA-87"),
    ML_KEM_512("ML-KEM-512", ""),
    ML_KEM_768("ML-KEM-768", ""),
    ML_KEM_1024("ML-KEM-1024", "");

    private final String family;
    private final String parameter;

    KeyAlgorithm(Curve curve) {
        this("EC", curve.standardName());
    }

    KeyAlgorithm(String family, String parameter) {
        this.family = family;
        this.parameter = parameter;
    }

    String family() {
        return family;
    }

    String parameter() {
        return parameter;
    }
}
