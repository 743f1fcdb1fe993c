package org.postseal.certstore;

import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.PublicKeyKind.Curve;
import org.postseal.certstore.PublicKeyKind.MlDsaParameters;
import org.postseal.certstore.PublicKeyKind.MlKemParameters;
import org.postseal.certstore.PublicKeyKind.ParameterSet;

/**
 * The table of the composites of a post-quantum algorithm and a classical one, both of which must be broken
 * (draft-ietf-lamps-pq-composite-sigs, draft-ietf-lamps-pq-composite-kem). A public key is that of the first algorithm,
 * with that of the second behind it.
 */
@SuppressWarnings("ImmutableEnumChecker") // none of these values can be changed
public enum Composite {
    MLDSA44_RSA2048_PSS(37, "MLDSA44-RSA2048-PSS-SHA256", MlDsaParameters.ML_DSA_44, rsa(2048)),
    MLDSA44_RSA2048_PKCS15(38, "MLDSA44-RSA2048-PKCS15-SHA256", MlDsaParameters.ML_DSA_44, rsa(2048)),
    MLDSA44_ED25519(39, "MLDSA44-Ed25519-SHA512", MlDsaParameters.ML_DSA_44, new PublicKeyKind.Ed25519()),
    MLDSA44_P256(40, "MLDSA44-ECDSA-P256-SHA256", MlDsaParameters.ML_DSA_44, new PublicKeyKind.Ec(Curve.P256)),
    MLDSA65_RSA3072_PSS(41, "MLDSA65-RSA3072-PSS-SHA512", MlDsaParameters.ML_DSA_65, rsa(3072)),
    MLDSA65_RSA3072_PKCS15(42, "MLDSA65-RSA3072-PKCS15-SHA512", MlDsaParameters.ML_DSA_65, rsa(3072)),
    MLDSA65_RSA4096_PSS(43, "MLDSA65-RSA4096-PSS-SHA512", MlDsaParameters.ML_DSA_65, rsa(4096)),
    MLDSA65_RSA4096_PKCS15(44, "MLDSA65-RSA4096-PKCS15-SHA512", MlDsaParameters.ML_DSA_65, rsa(4096)),
    MLDSA65_P256(45, "MLDSA65-ECDSA-P256-SHA512", MlDsaParameters.ML_DSA_65, new PublicKeyKind.Ec(Curve.P256)),
    MLDSA65_P384(46, "MLDSA65-ECDSA-P384-SHA512", MlDsaParameters.ML_DSA_65, new PublicKeyKind.Ec(Curve.P384)),
    MLDSA65_BP256(
            47,
            "MLDSA65-ECDSA-brainpoolP256r1-SHA512",
            MlDsaParameters.ML_DSA_65,
            new PublicKeyKind.Ec(Curve.BRAINPOOLP256R1)),
    MLDSA65_ED25519(48, "MLDSA65-Ed25519-SHA512", MlDsaParameters.ML_DSA_65, new PublicKeyKind.Ed25519()),
    MLDSA87_P384(49, "MLDSA87-ECDSA-P384-SHA512", MlDsaParameters.ML_DSA_87, new PublicKeyKind.Ec(Curve.P384)),
    MLDSA87_BP384(
            50,
            "MLDSA87-ECDSA-brainpoolP384r1-SHA512",
            MlDsaParameters.ML_DSA_87,
            new PublicKeyKind.Ec(Curve.BRAINPOOLP384R1)),
    MLDSA87_ED448(51, "MLDSA87-Ed448-SHAKE256", MlDsaParameters.ML_DSA_87, new PublicKeyKind.Ed448()),
    MLDSA87_RSA3072_PSS(52, "MLDSA87-RSA3072-PSS-SHA512", MlDsaParameters.ML_DSA_87, rsa(3072)),
    MLDSA87_RSA4096_PSS(53, "MLDSA87-RSA4096-PSS-SHA512", MlDsaParameters.ML_DSA_87, rsa(4096)),
    MLDSA87_P521(54, "MLDSA87-ECDSA-P521-SHA512", MlDsaParameters.ML_DSA_87, new PublicKeyKind.Ec(Curve.P521)),
    MLKEM768_RSA2048(55, "MLKEM768-RSA2048-SHA3-256", MlKemParameters.ML_KEM_768, rsa(2048), "MLKEM768-RSAOAEP2048"),
    MLKEM768_RSA3072(56, "MLKEM768-RSA3072-SHA3-256", MlKemParameters.ML_KEM_768, rsa(3072), "MLKEM768-RSAOAEP3072"),
    MLKEM768_RSA4096(57, "MLKEM768-RSA4096-SHA3-256", MlKemParameters.ML_KEM_768, rsa(4096), "MLKEM768-RSAOAEP4096"),
    MLKEM768_X25519(58, "MLKEM768-X25519-SHA3-256", MlKemParameters.ML_KEM_768, new PublicKeyKind.X25519(), "\\.//^\\"),
    MLKEM768_P256(59, "MLKEM768-ECDH-P256-SHA3-256", MlKemParameters.ML_KEM_768, Curve.P256, "MLKEM768-P256"),
    MLKEM768_P384(60, "MLKEM768-ECDH-P384-SHA3-256", MlKemParameters.ML_KEM_768, Curve.P384, "MLKEM768-P384"),
    MLKEM768_BP256(
            61,
            "MLKEM768-ECDH-brainpoolP256r1-SHA3-256",
            MlKemParameters.ML_KEM_768,
            Curve.BRAINPOOLP256R1,
            "MLKEM768-BP256"),
    MLKEM1024_RSA3072(
            62, "MLKEM1024-RSA3072-SHA3-256", MlKemParameters.ML_KEM_1024, rsa(3072), "MLKEM1024-RSAOAEP3072"),
    MLKEM1024_P384(63, "MLKEM1024-ECDH-P384-SHA3-256", MlKemParameters.ML_KEM_1024, Curve.P384, "MLKEM1024-P384"),
    MLKEM1024_BP384(
            64,
            "MLKEM1024-ECDH-brainpoolP384r1-SHA3-256",
            MlKemParameters.ML_KEM_1024,
            Curve.BRAINPOOLP384R1,
            "MLKEM1024-BP384"),
    MLKEM1024_X448(
            65, "MLKEM1024-X448-SHA3-256", MlKemParameters.ML_KEM_1024, new PublicKeyKind.X448(), "MLKEM1024-X448"),
    MLKEM1024_P521(66, "MLKEM1024-ECDH-P521-SHA3-256", MlKemParameters.ML_KEM_1024, Curve.P521, "MLKEM1024-P521");

    private final ASN1ObjectIdentifier identifier;
    private final String standardName;
    private final ParameterSet set;
    private final PublicKeyKind classical;
    private final @Nullable String label;

    Composite(int number, String standardName, MlDsaParameters set, PublicKeyKind classical) {
        this(number, standardName, (ParameterSet) set, classical, null);
    }

    Composite(int number, String standardName, MlKemParameters set, Curve curve, String label) {
        this(number, standardName, set, new PublicKeyKind.Ec(curve), label);
    }

    Composite(int number, String standardName, ParameterSet set, PublicKeyKind classical, @Nullable String label) {
        this.identifier = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.6." + number);
        this.standardName = standardName;
        this.set = set;
        this.classical = classical;
        this.label = label;
    }

    /** Returns the composite of this identifier. */
    public static Optional<Composite> of(ASN1ObjectIdentifier identifier) {
        return Arrays.stream(values())
                .filter(each -> each.identifier.equals(identifier))
                .findFirst();
    }

    /** Returns the composite that signs under this identifier, if the draft is allowed. */
    public static Optional<Composite> signature(ASN1ObjectIdentifier identifier) {
        return of(identifier).filter(each -> each.isSignature() && Draft.COMPOSITE.isAllowed());
    }

    /** Returns the name that the drafts and JCA use. */
    public String standardName() {
        return standardName;
    }

    /** Returns the identifier of keys, which is that of signatures as well. */
    public ASN1ObjectIdentifier identifier() {
        return identifier;
    }

    /** Returns false for a KEM. */
    public boolean isSignature() {
        return set instanceof MlDsaParameters;
    }

    /** Returns the post-quantum half. */
    public ParameterSet set() {
        return set;
    }

    /** Returns the kind of the classical half. */
    public PublicKeyKind classical() {
        return classical;
    }

    /** Returns what separates the secrets of a KEM from those of others, and empty for signatures. */
    public Optional<String> label() {
        return Optional.ofNullable(label);
    }

    PublicKeyKind kind() {
        return isSignature() ? new PublicKeyKind.CompositeSignature(this) : new PublicKeyKind.CompositeKem(this);
    }

    /** Returns the algorithm of the classical half, as it would stand in a certificate of its own. */
    public AlgorithmIdentifier classicalAlgorithm() {
        return switch (classical) {
            case PublicKeyKind.Rsa _ -> new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
            case PublicKeyKind.Ec(Curve curve) ->
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve.identifier());
            case PublicKeyKind.Ed25519 _ -> new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
            case PublicKeyKind.Ed448 _ -> new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed448);
            case PublicKeyKind.X25519 _ -> new AlgorithmIdentifier(EdECObjectIdentifiers.id_X25519);
            case PublicKeyKind.X448 _ -> new AlgorithmIdentifier(EdECObjectIdentifiers.id_X448);
            default -> throw new IllegalStateException(standardName);
        };
    }

    /** Returns the octets of the classical half of a public key. */
    public byte[] classicalHalf(byte[] publicKey) {
        return Arrays.copyOfRange(publicKey, set.publicKeyOctets(), publicKey.length);
    }

    /** Refuses a public key whose halves are not those of the algorithm. */
    void demand(AlgorithmIdentifier algorithm, byte[] publicKey) throws CertificateException {
        if (algorithm.getParameters() != null || publicKey.length <= set.publicKeyOctets()) {
            throw new CertificateException("malformed " + standardName + " key");
        }
        PublicKeyKind found =
                CertificateLimits.kindOf(new SubjectPublicKeyInfo(classicalAlgorithm(), classicalHalf(publicKey)));
        if (!found.equals(classical)) {
            throw new CertificateException(
                    "its classical half is " + found.text() + ", and " + standardName + " has " + classical.text());
        }
    }

    private static PublicKeyKind rsa(int bits) {
        return new PublicKeyKind.Rsa(bits, false);
    }
}
