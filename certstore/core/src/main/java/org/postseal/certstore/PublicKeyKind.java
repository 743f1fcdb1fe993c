package org.postseal.certstore;

/** The kinds of public key the gateway works with, as {@link CertificateLimits#kindOf} tells them apart. */
public sealed interface PublicKeyKind {
    /**
     * RSA.
     *
     * @param pssOnly true for id-RSASSA-PSS keys, which must neither encrypt nor sign by PKCS #1 v1.5 (RFC 4055 §1.2)
     */
    record Rsa(int bits, boolean pssOnly) implements PublicKeyKind {}

    /** A NIST curve, for ECDSA and ECDH alike. */
    record Ec(Curve curve) implements PublicKeyKind {}

    /** Ed25519 signs and does nothing else (RFC 8410). */
    record Ed25519() implements PublicKeyKind {}

    /** Ed448, likewise. */
    record Ed448() implements PublicKeyKind {}

    /** ML-DSA signs and does nothing else (RFC 9881). */
    record MlDsa(MlDsaParameters parameters) implements PublicKeyKind {}

    /** X25519 agrees on keys and does nothing else (RFC 8410). */
    record X25519() implements PublicKeyKind {}

    /** X448 agrees on keys and does nothing else (RFC 8410). */
    record X448() implements PublicKeyKind {}

    /** ML-KEM encapsulates keys and does nothing else (RFC 9935). */
    record MlKem(MlKemParameters parameters) implements PublicKeyKind {}

    /** For people: {@code RSA-3072}, {@code EC P-256}, {@code ML-DSA-65}. */
    default String text() {
        return switch (this) {
            case Rsa(int bits, boolean pssOnly) -> "RSA-" + bits + (pssOnly ? " (PSS only)" : "");
            case Ec(Curve curve) -> "EC P-" + curve.bits();
            case Ed25519 _ -> "Ed25519";
            case Ed448 _ -> "Ed448";
            case MlDsa(MlDsaParameters parameters) -> parameters.standardName();
            case X25519 _ -> "X25519";
            case X448 _ -> "X448";
            case MlKem(MlKemParameters parameters) -> parameters.standardName();
        };
    }

    /** The parameter sets of FIPS 203 §8. */
    enum MlKemParameters {
        ML_KEM_512(512, 800, 768),
        ML_KEM_768(768, 1184, 1088),
        ML_KEM_1024(1024, 1568, 1568);

        private final int size;
        private final int publicKeyOctets;
        private final int ciphertextOctets;

        MlKemParameters(int size, int publicKeyOctets, int ciphertextOctets) {
            this.size = size;
            this.publicKeyOctets = publicKeyOctets;
            this.ciphertextOctets = ciphertextOctets;
        }

        /** The number in the name. */
        public int size() {
            return size;
        }

        /** Octets of a public key. */
        public int publicKeyOctets() {
            return publicKeyOctets;
        }

        /** Octets of an encapsulated secret. */
        public int ciphertextOctets() {
            return ciphertextOctets;
        }

        /** The name JCA knows it by. */
        public String standardName() {
            return "ML-KEM-" + size;
        }
    }

    /** The parameter sets of ML-DSA (FIPS 204 §4). */
    enum MlDsaParameters {
        ML_DSA_44("ML-DSA-44", 1312),
        ML_DSA_65("ML-DSA-65", 1952),
        ML_DSA_87("ML-DSA-87", 2592);

        private final String standardName;
        private final int publicKeyOctets;

        MlDsaParameters(String standardName, int publicKeyOctets) {
            this.standardName = standardName;
            this.publicKeyOctets = publicKeyOctets;
        }

        /** The name JCA and FIPS 204 know it by. */
        public String standardName() {
            return standardName;
        }

        /** Octets of every public key of this set. */
        public int publicKeyOctets() {
            return publicKeyOctets;
        }
    }

    /** The named curves. */
    enum Curve {
        P256(256, "secp256r1"),
        P384(384, "secp384r1"),
        P521(521, "secp521r1");

        private final int bits;
        private final String standardName;

        Curve(int bits, String standardName) {
            this.bits = bits;
            this.standardName = standardName;
        }

        /** Size of the field. */
        public int bits() {
            return bits;
        }

        /** The name JCA knows it by. */
        public String standardName() {
            return standardName;
        }
    }

    /** True when it can verify signatures. */
    default boolean canSign() {
        return switch (this) {
            case Rsa _, Ec _, Ed25519 _, Ed448 _, MlDsa _ -> true;
            case X25519 _, X448 _, MlKem _ -> false;
        };
    }

    /** True when content keys can be encrypted to it. */
    default boolean canEncrypt() {
        return switch (this) {
            case Rsa rsa -> !rsa.pssOnly();
            case Ec _, X25519 _, X448 _, MlKem _ -> true;
            case Ed25519 _, Ed448 _, MlDsa _ -> false;
        };
    }

    /** True when content keys reach it by key agreement, false when by key transport or encapsulation. */
    default boolean agrees() {
        return switch (this) {
            case Ec _, X25519 _, X448 _ -> true;
            case Rsa _, Ed25519 _, Ed448 _, MlDsa _, MlKem _ -> false;
        };
    }
}
