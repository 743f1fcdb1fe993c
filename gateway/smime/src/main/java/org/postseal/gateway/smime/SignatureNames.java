package org.postseal.gateway.smime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.postseal.certstore.PublicKeyKind.MlDsaParameters;
import org.postseal.certstore.PublicKeyKind.SignatureSet;
import org.postseal.certstore.PublicKeyKind.SlhDsaParameters;
import org.postseal.gateway.smime.VerificationAlgorithm.Family;

/** Knows the signature algorithms whose identifier also says the digest or the parameter set. */
final class SignatureNames {
    private SignatureNames() {}

    /**
     * Names an algorithm with its digest.
     *
     * @param jcaName for {@code Signature.getInstance}
     */
    record Named(Family family, DigestAlgorithm digest, String jcaName) {}

    /**
     * Lists RSA v1.5 and ECDSA (RFC 5754 §3.2, §3.3; SHA-3: RFC 9688), and RSA and ECDSA with SHAKE (RFC 8702 §3.2).
     */
    static final Map<ASN1ObjectIdentifier, Named> NAMED = named();

    /** Lists ML-DSA and SLH-DSA without pre-hashing (RFC 9882 §3, RFC 9814 §3). */
    static final Map<ASN1ObjectIdentifier, SignatureSet> PURE = Stream.<SignatureSet>concat(
                    Stream.of(MlDsaParameters.values()), Stream.of(SlhDsaParameters.values()))
            .collect(Collectors.toUnmodifiableMap(SignatureSet::identifier, set -> set));

    /** Returns true for what is not even believed in old mail: MD2, and DSA, which no certificate of ours may have. */
    static boolean isHopeless(ASN1ObjectIdentifier digest, ASN1ObjectIdentifier signature) {
        return digest.equals(PKCSObjectIdentifiers.md2) || HOPELESS.contains(signature);
    }

    static String jcaName(DigestAlgorithm digest, String suffix) {
        String name = digest.standardName();
        // SHA-256 is SHA256 in such a name, SHA3-256 stays
        return (name.startsWith("SHA-") ? name.replace("-", "") : name) + suffix;
    }

    private static Map<ASN1ObjectIdentifier, Named> named() {
        Map<ASN1ObjectIdentifier, Named> names = new HashMap<>();
        rsa(names, DigestAlgorithm.MD5, PKCSObjectIdentifiers.md5WithRSAEncryption, OIWObjectIdentifiers.md5WithRSA);
        rsa(names, DigestAlgorithm.SHA1, PKCSObjectIdentifiers.sha1WithRSAEncryption, OIWObjectIdentifiers.sha1WithRSA);
        rsa(names, DigestAlgorithm.SHA224, PKCSObjectIdentifiers.sha224WithRSAEncryption);
        rsa(names, DigestAlgorithm.SHA256, PKCSObjectIdentifiers.sha256WithRSAEncryption);
        rsa(names, DigestAlgorithm.SHA384, PKCSObjectIdentifiers.sha384WithRSAEncryption);
        rsa(names, DigestAlgorithm.SHA512, PKCSObjectIdentifiers.sha512WithRSAEncryption);
        rsa(names, DigestAlgorithm.SHA3_224, NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_224);
        rsa(names, DigestAlgorithm.SHA3_256, NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_256);
        rsa(names, DigestAlgorithm.SHA3_384, NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_384);
        rsa(names, DigestAlgorithm.SHA3_512, NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_512);
        ecdsa(names, DigestAlgorithm.SHA1, X9ObjectIdentifiers.ecdsa_with_SHA1);
        ecdsa(names, DigestAlgorithm.SHA224, X9ObjectIdentifiers.ecdsa_with_SHA224);
        ecdsa(names, DigestAlgorithm.SHA256, X9ObjectIdentifiers.ecdsa_with_SHA256);
        ecdsa(names, DigestAlgorithm.SHA384, X9ObjectIdentifiers.ecdsa_with_SHA384);
        ecdsa(names, DigestAlgorithm.SHA512, X9ObjectIdentifiers.ecdsa_with_SHA512);
        ecdsa(names, DigestAlgorithm.SHA3_224, NISTObjectIdentifiers.id_ecdsa_with_sha3_224);
        ecdsa(names, DigestAlgorithm.SHA3_256, NISTObjectIdentifiers.id_ecdsa_with_sha3_256);
        ecdsa(names, DigestAlgorithm.SHA3_384, NISTObjectIdentifiers.id_ecdsa_with_sha3_384);
        ecdsa(names, DigestAlgorithm.SHA3_512, NISTObjectIdentifiers.id_ecdsa_with_sha3_512);
        names.put(
                X509ObjectIdentifiers.id_rsassa_pss_shake128,
                new Named(Family.PSS, DigestAlgorithm.SHAKE128, "SHAKE128withRSAPSS"));
        names.put(
                X509ObjectIdentifiers.id_rsassa_pss_shake256,
                new Named(Family.PSS, DigestAlgorithm.SHAKE256, "SHAKE256withRSAPSS"));
        names.put(
                X509ObjectIdentifiers.id_ecdsa_with_shake128,
                new Named(Family.ECDSA, DigestAlgorithm.SHAKE128, "SHAKE128withECDSA"));
        names.put(
                X509ObjectIdentifiers.id_ecdsa_with_shake256,
                new Named(Family.ECDSA, DigestAlgorithm.SHAKE256, "SHAKE256withECDSA"));
        return Map.copyOf(names);
    }

    private static void rsa(
            Map<ASN1ObjectIdentifier, Named> names, DigestAlgorithm digest, ASN1ObjectIdentifier... identifiers) {
        for (ASN1ObjectIdentifier identifier : identifiers) {
            names.put(identifier, new Named(Family.RSA, digest, jcaName(digest, "withRSA")));
        }
    }

    private static void ecdsa(
            Map<ASN1ObjectIdentifier, Named> names, DigestAlgorithm digest, ASN1ObjectIdentifier identifier) {
        names.put(identifier, new Named(Family.ECDSA, digest, jcaName(digest, "withECDSA")));
    }

    private static final Set<ASN1ObjectIdentifier> HOPELESS = Set.of(
            PKCSObjectIdentifiers.md2WithRSAEncryption,
            OIWObjectIdentifiers.dsaWithSHA1,
            X9ObjectIdentifiers.id_dsa,
            X9ObjectIdentifiers.id_dsa_with_sha1);
}
