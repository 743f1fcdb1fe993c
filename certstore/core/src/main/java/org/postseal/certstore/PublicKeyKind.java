package org.postseal.certstore;

import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.teletrust.TeleTrusTObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.jcajce.provider.asymmetric.util.ECUtil;

/** The kinds of public key that the gateway supports. {@link CertificateLimits#kindOf} tells them apart. */
public sealed interface PublicKeyKind {
    /**
     * An RSA key.
     *
     * @param pssOnly true for id-RSASSA-PSS keys, which must neither encrypt nor sign by PKCS #1 v1.5 (RFC 4055 §1.2)
     */
    record Rsa(int bits, boolean pssOnly) implements PublicKeyKind {}

    /** A key on a NIST or Brainpool curve, for both ECDSA and ECDH. */
    record Ec(Curve curve) implements PublicKeyKind {}

    /** The kinds that sign, and that nothing can be encrypted to. */
    sealed interface SignsOnly extends PublicKeyKind {}

    /** The kinds that content keys are encrypted to, and that sign nothing. */
    sealed interface EncryptsOnly extends PublicKeyKind {}

    /** An Ed25519 key (RFC 8410). */
    record Ed25519() implements SignsOnly {}

    /** An Ed448 key (RFC 8410). */
    record Ed448() implements SignsOnly {}

    /** An ML-DSA key (RFC 9881). */
    record MlDsa(MlDsaParameters parameters) implements SignsOnly {}

    /** An SLH-DSA key (RFC 9909). The gateway verifies with it, and never signs. */
    record SlhDsa(SlhDsaParameters parameters) implements SignsOnly {}

    /** A key for a composite signature, with which the gateway verifies and never signs. */
    record CompositeSignature(Composite algorithm) implements SignsOnly {}

    /** A key for composite ML-KEM, with which the gateway opens mail. It encrypts none to such a key. */
    record CompositeKem(Composite algorithm) implements EncryptsOnly {}

    /** An X25519 key, which agrees on keys (RFC 8410). */
    record X25519() implements EncryptsOnly {}

    /** An X448 key, which agrees on keys (RFC 8410). */
    record X448() implements EncryptsOnly {}

    /** An ML-KEM key, which encapsulates keys (RFC 9935). */
    record MlKem(MlKemParameters parameters) implements EncryptsOnly {}

    /** Returns a name for people, for example {@code RSA-3072}, {@code EC P-256} or {@code ML-DSA-65}. */
    default String text() {
        return switch (this) {
            case Rsa(int bits, boolean pssOnly) -> "RSA-" + bits + (pssOnly ? " (PSS only)" : "");
            case Ec(Curve curve) -> "EC " + curve.text();
            case Ed25519 _ -> "Ed25519";
            case Ed448 _ -> "Ed448";
            case MlDsa(MlDsaParameters parameters) -> parameters.standardName();
            case SlhDsa(SlhDsaParameters parameters) -> parameters.standardName();
            case X25519 _ -> "X25519";
            case X448 _ -> "X448";
            case MlKem(MlKemParameters parameters) -> parameters.standardName();
            case CompositeSignature(Composite algorithm) -> algorithm.standardName();
            case CompositeKem(Composite algorithm) -> algorithm.standardName();
        };
    }

    /** A parameter set of a post-quantum algorithm. Its identifier names it, and has no parameters besides. */
    sealed interface ParameterSet {
        /** Returns the name that JCA and the standard use. */
        String standardName();

        /** Returns the identifier of keys, which is that of signatures as well. */
        ASN1ObjectIdentifier identifier();

        int publicKeyOctets();
    }

    /** A parameter set of an algorithm that signs whole messages. */
    sealed interface SignatureSet extends ParameterSet {
        /** Returns the fewest octets of a digest of the content that is as strong as the set. */
        int digestOctets();
    }

    /** The parameter sets of ML-KEM (FIPS 203 §8). */
    @SuppressWarnings("ImmutableEnumChecker") // an identifier cannot be changed, and has no annotation that says so
    enum MlKemParameters implements ParameterSet {
        ML_KEM_512(NISTObjectIdentifiers.id_alg_ml_kem_512, 512, 800, 768),
        ML_KEM_768(NISTObjectIdentifiers.id_alg_ml_kem_768, 768, 1184, 1088),
        ML_KEM_1024(NISTObjectIdentifiers.id_alg_ml_kem_1024, 1024, 1568, 1568);

        private final ASN1ObjectIdentifier identifier;
        private final int size;
        private final int publicKeyOctets;
        private final int ciphertextOctets;

        MlKemParameters(ASN1ObjectIdentifier identifier, int size, int publicKeyOctets, int ciphertextOctets) {
            this.identifier = identifier;
            this.size = size;
            this.publicKeyOctets = publicKeyOctets;
            this.ciphertextOctets = ciphertextOctets;
        }

        /** Returns the number in the name. */
        public int size() {
            return size;
        }

        @Override
        public ASN1ObjectIdentifier identifier() {
            return identifier;
        }

        @Override
        public int publicKeyOctets() {
            return publicKeyOctets;
        }

        /** Returns the number of octets of an encapsulated secret. */
        public int ciphertextOctets() {
            return ciphertextOctets;
        }

        @Override
        public String standardName() {
            return "ML-KEM-" + size;
        }
    }

    /** The parameter sets of ML-DSA (FIPS 204 §4). */
    @SuppressWarnings("ImmutableEnumChecker")
    enum MlDsaParameters implements SignatureSet {
        ML_DSA_44(44, NISTObjectIdentifiers.id_ml_dsa_44, 1312, 32),
        ML_DSA_65(65, NISTObjectIdentifiers.id_ml_dsa_65, 1952, 48),
        ML_DSA_87(87, NISTObjectIdentifiers.id_ml_dsa_87, 2592, 64);

        private final int size;
        private final ASN1ObjectIdentifier identifier;
        private final int publicKeyOctets;
        private final int digestOctets;

        MlDsaParameters(int size, ASN1ObjectIdentifier identifier, int publicKeyOctets, int digestOctets) {
            this.size = size;
            this.identifier = identifier;
            this.publicKeyOctets = publicKeyOctets;
            this.digestOctets = digestOctets;
        }

        /** Returns the number in the name. */
        public int size() {
            return size;
        }

        @Override
        public String standardName() {
            return "ML-DSA-" + size;
        }

        @Override
        public ASN1ObjectIdentifier identifier() {
            return identifier;
        }

        @Override
        public int publicKeyOctets() {
            return publicKeyOctets;
        }

        @Override
        public int digestOctets() {
            return digestOctets;
        }
    }

    /** The parameter sets of SLH-DSA without pre-hashing (FIPS 205 §11, RFC 9909 §3). */
    @SuppressWarnings("ImmutableEnumChecker")
    enum SlhDsaParameters implements SignatureSet {
        SHA2_128S(NISTObjectIdentifiers.id_slh_dsa_sha2_128s, 16),
        SHA2_128F(NISTObjectIdentifiers.id_slh_dsa_sha2_128f, 16),
        SHA2_192S(NISTObjectIdentifiers.id_slh_dsa_sha2_192s, 24),
        SHA2_192F(NISTObjectIdentifiers.id_slh_dsa_sha2_192f, 24),
        SHA2_256S(NISTObjectIdentifiers.id_slh_dsa_sha2_256s, 32),
        SHA2_256F(NISTObjectIdentifiers.id_slh_dsa_sha2_256f, 32),
        SHAKE_128S(NISTObjectIdentifiers.id_slh_dsa_shake_128s, 16),
        SHAKE_128F(NISTObjectIdentifiers.id_slh_dsa_shake_128f, 16),
        SHAKE_192S(NISTObjectIdentifiers.id_slh_dsa_shake_192s, 24),
        SHAKE_192F(NISTObjectIdentifiers.id_slh_dsa_shake_192f, 24),
        SHAKE_256S(NISTObjectIdentifiers.id_slh_dsa_shake_256s, 32),
        SHAKE_256F(NISTObjectIdentifiers.id_slh_dsa_shake_256f, 32);

        private final ASN1ObjectIdentifier identifier;
        private final int octets;

        SlhDsaParameters(ASN1ObjectIdentifier identifier, int octets) {
            this.identifier = identifier;
            this.octets = octets;
        }

        @Override
        public String standardName() {
            String set = name().replace('_', '-');
            return "SLH-DSA-" + set.substring(0, set.length() - 1)
                    + Character.toLowerCase(set.charAt(set.length() - 1));
        }

        @Override
        public ASN1ObjectIdentifier identifier() {
            return identifier;
        }

        @Override
        public int publicKeyOctets() {
            return 2 * octets;
        }

        @Override
        public int digestOctets() {
            return 2 * octets;
        }
    }

    /**
     * The table of the supported curves of ECDSA and ECDH: those of NIST (FIPS 186-5), and the random ones of Brainpool
     * that are as strong (RFC 5639).
     */
    enum Curve {
        P256("P-256", 256, "secp256r1", SECObjectIdentifiers.secp256r1),
        P384("P-384", 384, "secp384r1", SECObjectIdentifiers.secp384r1),
        P521("P-521", 521, "secp521r1", SECObjectIdentifiers.secp521r1),
        BRAINPOOLP256R1("brainpoolP256r1", 256, TeleTrusTObjectIdentifiers.brainpoolP256r1),
        BRAINPOOLP384R1("brainpoolP384r1", 384, TeleTrusTObjectIdentifiers.brainpoolP384r1),
        BRAINPOOLP512R1("brainpoolP512r1", 512, TeleTrusTObjectIdentifiers.brainpoolP512r1);

        private final String text;
        private final int bits;
        private final String standardName;

        @SuppressWarnings("ImmutableEnumChecker") // it cannot be changed, and has no annotation that says so
        private final ASN1ObjectIdentifier name;

        Curve(String text, int bits, String standardName, ASN1ObjectIdentifier name) {
            this.text = text;
            this.bits = bits;
            this.standardName = standardName;
            this.name = name;
        }

        Curve(String name, int bits, ASN1ObjectIdentifier identifier) {
            this(name, bits, name, identifier);
        }

        /** Returns the name for people, for example {@code P-256}. */
        public String text() {
            return text;
        }

        /** Returns the size of the field in bits. */
        public int bits() {
            return bits;
        }

        /** Returns the length of the SHA-2 digest that is as strong as the curve, in bits (RFC 5753 §7.1.4). */
        public int digestBits() {
            return Math.min(bits, 512);
        }

        /** Returns the name that JCA uses. */
        public String standardName() {
            return standardName;
        }

        /** Returns the name in the parameters of a key. */
        public ASN1ObjectIdentifier identifier() {
            return name;
        }

        /** Returns false for the curves of NIST. */
        public boolean isBrainpool() {
            return name.on(TeleTrusTObjectIdentifiers.versionOne);
        }

        /** Returns the numbers of the curve, which are computed once. */
        public X9ECParameters numbers() {
            return ECUtil.getNamedCurveByOid(name);
        }
    }

    /** Returns true if the key can verify signatures. */
    default boolean canSign() {
        return !(this instanceof EncryptsOnly);
    }

    /** Returns true if content keys can be encrypted to the key. */
    default boolean canEncrypt() {
        return switch (this) {
            case Rsa rsa -> !rsa.pssOnly();
            case Ec _, EncryptsOnly _ -> true;
            case SignsOnly _ -> false;
        };
    }

    /**
     * Returns true if the key receives content keys by key agreement, and false if by key transport or encapsulation.
     */
    default boolean agrees() {
        return switch (this) {
            case Ec _, X25519 _, X448 _ -> true;
            case Rsa _, SignsOnly _, MlKem _, CompositeKem _ -> false;
        };
    }

    /** Returns why keys of this kind are not used; empty for those of a standard, and of a draft that is allowed. */
    default Optional<String> whyNotUsed() {
        return switch (this) {
            case CompositeSignature _, CompositeKem _
            when !Draft.COMPOSITE.isAllowed() -> Optional.of(text() + UnsupportedAlgorithms.COMPOSITE);
            default -> Optional.empty();
        };
    }
}
