package org.postseal.gateway.smime;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.postseal.certstore.Composite;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.PublicKeyKind.SignatureSet;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/**
 * Says how the signature of a foreign SignerInfo is checked, or why it is not. The list is closed: an algorithm that is
 * not on it never reaches a provider.
 */
sealed interface VerificationAlgorithm {
    /** Says which kind of key makes a signature. */
    enum Family {
        /** This is PKCS #1 v1.5. */
        RSA,
        PSS,
        ECDSA,
        ED25519,
        ED448,
        /** This is ML-DSA, SLH-DSA or a composite, which sign the message itself. */
        PURE
    }

    /**
     * The algorithm is on the list.
     *
     * @param digest of the content; also of the signature, if that has one (RFC 8933 §3)
     * @param jcaName for {@code Signature.getInstance}
     * @param parameters for PSS
     */
    record Allowed(Family family, DigestAlgorithm digest, String jcaName, Optional<AlgorithmParameterSpec> parameters)
            implements VerificationAlgorithm {
        /** Returns true if a key of this kind makes such signatures. */
        boolean fits(PublicKeyKind key) {
            return switch (key) {
                // RFC 4055 §1.2: an id-RSASSA-PSS key signs by PSS only
                case PublicKeyKind.Rsa rsa -> family == Family.PSS || (family == Family.RSA && !rsa.pssOnly());
                case PublicKeyKind.Ec _ -> family == Family.ECDSA;
                case PublicKeyKind.Ed25519 _ -> family == Family.ED25519;
                case PublicKeyKind.Ed448 _ -> family == Family.ED448;
                // RFC 9882 §3, RFC 9814 §3: the identifier names the parameter set, which must be that of the key
                case PublicKeyKind.MlDsa _, PublicKeyKind.SlhDsa _, PublicKeyKind.CompositeSignature _ ->
                    jcaName.equals(key.text());
                case PublicKeyKind.EncryptsOnly _ -> false;
            };
        }

        /** Returns the text for the audit record: {@code RSASSA-PSS SHA-256}, {@code ML-DSA-65 SHA-512}. */
        String text() {
            String name = switch (family) {
                case RSA -> "RSA";
                case PSS -> "RSASSA-PSS";
                case ECDSA -> "ECDSA";
                case ED25519, ED448, PURE -> jcaName;
            };
            return name + " " + digest.standardName();
        }

        Signature engine() throws NoSuchAlgorithmException {
            // The JDK knows no signatures with SHAKE.
            return jcaName.startsWith("SHAKE")
                    ? Signature.getInstance(jcaName, BOUNCY_CASTLE)
                    : Signature.getInstance(jcaName);
        }
    }

    /** The algorithm is not to be believed, or not known. */
    record Refused(Cause cause) implements VerificationAlgorithm {}

    /** Finds the algorithm by the two identifiers of a SignerInfo. */
    static VerificationAlgorithm of(
            AlgorithmIdentifier digestIdentifier, AlgorithmIdentifier signatureIdentifier, Believed believed) {
        if (SignatureNames.isHopeless(digestIdentifier.getAlgorithm(), signatureIdentifier.getAlgorithm())) {
            return new Refused(Cause.ALGORITHM_WEAK);
        }
        Optional<DigestAlgorithm> known = DigestAlgorithm.of(digestIdentifier.getAlgorithm());
        if (known.isEmpty()) {
            return new Refused(Cause.ALGORITHM_UNKNOWN);
        }
        if (DigestAlgorithm.of(digestIdentifier).isEmpty()) {
            return new Refused(Cause.MALFORMED);
        }
        // This comes before the signature algorithm is looked at, since no other fault is named for a digest that is
        // not believed.
        return believed.digest(known.get()) ? of(known.get(), signatureIdentifier) : new Refused(Cause.ALGORITHM_WEAK);
    }

    private static VerificationAlgorithm of(DigestAlgorithm digest, AlgorithmIdentifier identifier) {
        ASN1ObjectIdentifier signature = identifier.getAlgorithm();
        if (signature.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            // RFC 8702 defines no v1.5 with SHAKE
            return digest.standardName().startsWith("SHAKE")
                    ? new Refused(Cause.ALGORITHM_UNKNOWN)
                    : plain(Family.RSA, digest, "withRSA");
        }
        if (signature.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return PssVerification.of(digest, identifier);
        }
        if (signature.equals(EdECObjectIdentifiers.id_Ed25519)) {
            // RFC 8419 §3.1: the digest must be SHA-512.
            return only(digest == DigestAlgorithm.SHA512, Family.ED25519, digest, "Ed25519");
        }
        if (signature.equals(EdECObjectIdentifiers.id_Ed448)) {
            // RFC 8419 §3.1 wants the identifier with its length. OpenSSL and Bouncy Castle write the other one, which
            // is the same function.
            boolean right = digest == DigestAlgorithm.SHAKE256_LEN || digest == DigestAlgorithm.SHAKE256;
            return only(right, Family.ED448, digest, "Ed448");
        }
        SignatureSet set = SignatureNames.PURE.get(signature);
        if (set != null) {
            // RFC 9882 §3.3: the digest must not be weaker than the parameter set. RFC 9814 §4 asks for the digest that
            // the set itself uses, which is as strong. OpenSSL and CryptoNext take others that are.
            boolean right =
                    identifier.getParameters() == null && !digest.isLegacy() && digest.length() >= set.digestOctets();
            return only(right, Family.PURE, digest, set.standardName());
        }
        Optional<Composite> composite = Composite.signature(signature);
        if (composite.isPresent()) {
            boolean right = identifier.getParameters() == null
                    && !digest.isLegacy()
                    && composite.get().set() instanceof SignatureSet half
                    && digest.length() >= half.digestOctets();
            return only(right, Family.PURE, digest, composite.get().standardName());
        }
        SignatureNames.Named named = SignatureNames.NAMED.get(signature);
        if (named == null) {
            return new Refused(Cause.ALGORITHM_UNKNOWN);
        }
        if (named.digest() != digest && named.digest().isLegacy()) {
            return new Refused(Cause.ALGORITHM_WEAK);
        }
        return only(named.digest() == digest, named.family(), digest, named.jcaName());
    }

    private static Allowed plain(Family family, DigestAlgorithm digest, String suffix) {
        return new Allowed(family, digest, SignatureNames.jcaName(digest, suffix), Optional.empty());
    }

    private static VerificationAlgorithm only(boolean right, Family family, DigestAlgorithm digest, String jcaName) {
        return right ? new Allowed(family, digest, jcaName, Optional.empty()) : new Refused(Cause.MALFORMED);
    }

    /** This provider is asked by name for what the JDK lacks, and is never registered. */
    Provider BOUNCY_CASTLE = new BouncyCastleProvider();
}
