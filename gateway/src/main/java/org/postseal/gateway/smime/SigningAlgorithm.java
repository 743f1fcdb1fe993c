package org.postseal.gateway.smime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.postseal.certstore.SignatureScheme;
import org.postseal.policy.SigningSettings;

/**
 * How one SignerInfo is made.
 *
 * @param scheme what the key is asked for
 * @param digest of the content
 * @param signature signatureAlgorithm with its parameters
 */
record SigningAlgorithm(SignatureScheme scheme, DigestAlgorithm digest, AlgorithmIdentifier signature) {
    /** What a key with these schemes does under these settings; empty when it can do none of it. */
    static Optional<SigningAlgorithm> choose(Set<SignatureScheme> schemes, SigningSettings settings) {
        DigestAlgorithm digest = DigestAlgorithm.of(settings.digest());
        // a key has one type, so that at most one of the candidates but the padding fits; an id-RSASSA-PSS key has no
        // choice of padding
        List<SigningAlgorithm> candidates = switch (settings.padding()) {
            case PKCS1 -> List.of(pkcs1(digest), ecdsa(digest), ed25519(), pss(digest));
            case PSS -> List.of(pss(digest), ecdsa(digest), ed25519());
        };
        return candidates.stream()
                .filter(candidate -> schemes.contains(candidate.scheme))
                .findFirst();
    }

    private static SigningAlgorithm pkcs1(DigestAlgorithm digest) {
        SignatureScheme scheme = switch (digest) {
            case SHA256 -> SignatureScheme.RSA_PKCS1_SHA256;
            case SHA384 -> SignatureScheme.RSA_PKCS1_SHA384;
            case SHA512 -> SignatureScheme.RSA_PKCS1_SHA512;
        };
        // RFC 5754 §3.2: the identifier that every receiver knows, with NULL
        return new SigningAlgorithm(
                scheme, digest, new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE));
    }

    private static SigningAlgorithm pss(DigestAlgorithm digest) {
        SignatureScheme scheme = switch (digest) {
            case SHA256 -> SignatureScheme.RSA_PSS_SHA256;
            case SHA384 -> SignatureScheme.RSA_PSS_SHA384;
            case SHA512 -> SignatureScheme.RSA_PSS_SHA512;
        };
        AlgorithmIdentifier hash = new AlgorithmIdentifier(digest.oid(), DERNull.INSTANCE);
        RSASSAPSSparams parameters = new RSASSAPSSparams(
                hash,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
                new ASN1Integer(digest.length()),
                RSASSAPSSparams.DEFAULT_TRAILER_FIELD);
        return new SigningAlgorithm(
                scheme, digest, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, parameters));
    }

    private static SigningAlgorithm ecdsa(DigestAlgorithm digest) {
        return switch (digest) {
            case SHA256 ->
                new SigningAlgorithm(
                        SignatureScheme.ECDSA_SHA256,
                        digest,
                        new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256));
            case SHA384 ->
                new SigningAlgorithm(
                        SignatureScheme.ECDSA_SHA384,
                        digest,
                        new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384));
            case SHA512 ->
                new SigningAlgorithm(
                        SignatureScheme.ECDSA_SHA512,
                        digest,
                        new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA512));
        };
    }

    // RFC 8419 §3.1: with signed attributes the digest is SHA-512, whatever the settings say
    private static SigningAlgorithm ed25519() {
        return new SigningAlgorithm(
                SignatureScheme.ED25519,
                DigestAlgorithm.SHA512,
                new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519));
    }
}
