package org.postseal.gateway.smime;

import java.math.BigInteger;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/**
 * How the signature of a foreign SignerInfo is checked, or why it is not. The list is closed: what is not on it never reaches a provider.
 */
sealed interface VerificationAlgorithm {
    /**
     * On the list.
     *
     * @param digest of the content and of the signature: they must be the same (RFC 8933 §3)
     * @param jcaName for {@code Signature.getInstance}
     * @param parameters for PSS
     */
    record Allowed(DigestAlgorithm digest, String jcaName, Optional<AlgorithmParameterSpec> parameters)
            implements VerificationAlgorithm {
        /** True when a key of this kind makes such signatures. */
        boolean fits(PublicKeyKind key) {
            return switch (key) {
                // RFC 4055 §1.2: an id-RSASSA-PSS key signs by PSS only
                case PublicKeyKind.Rsa rsa -> rsa.pssOnly() ? jcaName.equals(PSS) : isRsa();
                case PublicKeyKind.Ec _ -> jcaName.endsWith("withECDSA");
                case PublicKeyKind.Ed25519 _ -> jcaName.equals(ED25519);
                case PublicKeyKind.X25519 _, PublicKeyKind.X448 _, PublicKeyKind.MlKem _ -> false;
            };
        }

        private boolean isRsa() {
            return jcaName.equals(PSS) || jcaName.endsWith("withRSA");
        }
    }

    /** Not to be believed, or not known. */
    record Refused(Cause cause) implements VerificationAlgorithm {}

    /** By the two identifiers of a SignerInfo. */
    static VerificationAlgorithm of(AlgorithmIdentifier digestIdentifier, AlgorithmIdentifier signatureIdentifier) {
        ASN1ObjectIdentifier signature = signatureIdentifier.getAlgorithm();
        if (DigestAlgorithm.isWeak(digestIdentifier.getAlgorithm()) || WEAK.contains(signature)) {
            return new Refused(Cause.ALGORITHM_WEAK);
        }
        Optional<DigestAlgorithm> known = DigestAlgorithm.of(digestIdentifier.getAlgorithm());
        if (known.isEmpty()) {
            return new Refused(Cause.ALGORITHM_UNKNOWN);
        }
        DigestAlgorithm digest = known.get();
        if (signature.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return allowed(digest, "withRSA");
        }
        if (signature.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return pss(digest, signatureIdentifier);
        }
        if (signature.equals(EdECObjectIdentifiers.id_Ed25519)) {
            // RFC 8419 §3.1
            return digest == DigestAlgorithm.SHA512
                    ? new Allowed(digest, ED25519, Optional.empty())
                    : new Refused(Cause.MALFORMED);
        }
        if (RSA.containsKey(signature)) {
            return RSA.get(signature) == digest ? allowed(digest, "withRSA") : new Refused(Cause.MALFORMED);
        }
        if (ECDSA.containsKey(signature)) {
            return ECDSA.get(signature) == digest ? allowed(digest, "withECDSA") : new Refused(Cause.MALFORMED);
        }
        return new Refused(Cause.ALGORITHM_UNKNOWN);
    }

    private static Allowed allowed(DigestAlgorithm digest, String suffix) {
        return new Allowed(digest, digest.standardName().replace("-", "") + suffix, Optional.empty());
    }

    private static VerificationAlgorithm pss(DigestAlgorithm digest, AlgorithmIdentifier identifier) {
        // absent parameters mean SHA-1 (RFC 4055 §3.1)
        if (identifier.getParameters() == null) {
            return new Refused(Cause.ALGORITHM_WEAK);
        }
        RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(identifier.getParameters());
        AlgorithmIdentifier mask = parameters.getMaskGenAlgorithm();
        if (!mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)) {
            return new Refused(Cause.ALGORITHM_UNKNOWN);
        }
        ASN1ObjectIdentifier hash = parameters.getHashAlgorithm().getAlgorithm();
        ASN1ObjectIdentifier maskHash =
                AlgorithmIdentifier.getInstance(mask.getParameters()).getAlgorithm();
        if (DigestAlgorithm.isWeak(hash) || DigestAlgorithm.isWeak(maskHash)) {
            return new Refused(Cause.ALGORITHM_WEAK);
        }
        Optional<DigestAlgorithm> maskDigest = DigestAlgorithm.of(maskHash);
        BigInteger salt = parameters.getSaltLength();
        boolean plausible = hash.equals(digest.oid())
                && salt.signum() >= 0
                && salt.bitLength() < 16
                && parameters.getTrailerField().equals(BigInteger.ONE);
        if (!plausible || maskDigest.isEmpty()) {
            return new Refused(plausible ? Cause.ALGORITHM_UNKNOWN : Cause.MALFORMED);
        }
        return new Allowed(
                digest,
                PSS,
                Optional.of(new PSSParameterSpec(
                        digest.standardName(),
                        "MGF1",
                        new MGF1ParameterSpec(maskDigest.get().standardName()),
                        salt.intValue(),
                        PSSParameterSpec.TRAILER_FIELD_BC)));
    }

    /** JCA name of RSASSA-PSS. */
    String PSS = "RSASSA-PSS";

    /** JCA name of Ed25519. */
    String ED25519 = "Ed25519";

    /** RSA v1.5 with the digest in the identifier (RFC 5754 §3.2). */
    Map<ASN1ObjectIdentifier, DigestAlgorithm> RSA = Map.of(
            PKCSObjectIdentifiers.sha256WithRSAEncryption, DigestAlgorithm.SHA256,
            PKCSObjectIdentifiers.sha384WithRSAEncryption, DigestAlgorithm.SHA384,
            PKCSObjectIdentifiers.sha512WithRSAEncryption, DigestAlgorithm.SHA512);

    /** ECDSA (RFC 5754 §3.3). */
    Map<ASN1ObjectIdentifier, DigestAlgorithm> ECDSA = Map.of(
            X9ObjectIdentifiers.ecdsa_with_SHA256, DigestAlgorithm.SHA256,
            X9ObjectIdentifiers.ecdsa_with_SHA384, DigestAlgorithm.SHA384,
            X9ObjectIdentifiers.ecdsa_with_SHA512, DigestAlgorithm.SHA512);

    /** Signature algorithms of old mail. */
    Set<ASN1ObjectIdentifier> WEAK = Set.of(
            PKCSObjectIdentifiers.md2WithRSAEncryption,
            PKCSObjectIdentifiers.md5WithRSAEncryption,
            PKCSObjectIdentifiers.sha1WithRSAEncryption,
            OIWObjectIdentifiers.sha1WithRSA,
            OIWObjectIdentifiers.md5WithRSA,
            OIWObjectIdentifiers.dsaWithSHA1,
            X9ObjectIdentifiers.id_dsa,
            X9ObjectIdentifiers.id_dsa_with_sha1,
            X9ObjectIdentifiers.ecdsa_with_SHA1);
}
