package org.postseal.gateway.smime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SignatureScheme;
import org.postseal.policy.protection.SigningSettings;

/**
 * Says how one SignerInfo is made.
 *
 * @param scheme what the key is asked for
 * @param digest of the content
 * @param signature signatureAlgorithm with its parameters
 */
record SigningAlgorithm(SignatureScheme scheme, DigestAlgorithm digest, AlgorithmIdentifier signature) {
    /**
     * Chooses what a key of this kind, with these schemes, does under these settings; the result is empty if it can do
     * none of it.
     */
    static Optional<SigningAlgorithm> choose(
            PublicKeyKind key, Set<SignatureScheme> schemes, SigningSettings settings) {
        DigestAlgorithm digest = DigestAlgorithm.of(settings.digest());
        List<SigningAlgorithm> candidates = switch (key) {
            // An id-RSASSA-PSS key has no choice of padding.
            case PublicKeyKind.Rsa _ ->
                switch (settings.padding()) {
                    case PKCS1 -> List.of(pkcs1(digest), pss(digest));
                    case PSS -> List.of(pss(digest));
                };
            case PublicKeyKind.Ec _ -> List.of(ecdsa(digest));
            case PublicKeyKind.Ed25519 _ -> List.of(ed25519());
            case PublicKeyKind.Ed448 _ -> List.of(ed448());
            case PublicKeyKind.MlDsa(var parameters) -> List.of(mlDsa(parameters));
            case PublicKeyKind.SlhDsa _, PublicKeyKind.CompositeSignature _, PublicKeyKind.EncryptsOnly _ -> List.of();
        };
        return candidates.stream()
                .filter(candidate -> schemes.contains(candidate.scheme))
                .findFirst();
    }

    private static SigningAlgorithm pkcs1(DigestAlgorithm digest) {
        SignatureScheme scheme = switch (digest) {
            case MD5 -> SignatureScheme.RSA_PKCS1_MD5;
            case SHA1 -> SignatureScheme.RSA_PKCS1_SHA1;
            case SHA384 -> SignatureScheme.RSA_PKCS1_SHA384;
            case SHA512 -> SignatureScheme.RSA_PKCS1_SHA512;
            default -> SignatureScheme.RSA_PKCS1_SHA256;
        };
        // RFC 5754 §3.2: every receiver knows this identifier, with NULL.
        return new SigningAlgorithm(
                scheme, digest, new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE));
    }

    // Old receivers know no PSS. Even if an old digest is allowed, this padding has SHA-256.
    private static SigningAlgorithm pss(DigestAlgorithm asked) {
        DigestAlgorithm digest = asked.isLegacy() ? DigestAlgorithm.SHA256 : asked;
        SignatureScheme scheme = switch (digest) {
            case SHA384 -> SignatureScheme.RSA_PSS_SHA384;
            case SHA512 -> SignatureScheme.RSA_PSS_SHA512;
            default -> SignatureScheme.RSA_PSS_SHA256;
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

    // Nobody ever defined ECDSA with MD5, so it is SHA-1 at least.
    private static SigningAlgorithm ecdsa(DigestAlgorithm digest) {
        return switch (digest) {
            case MD5, SHA1 ->
                ecdsa(SignatureScheme.ECDSA_SHA1, DigestAlgorithm.SHA1, X9ObjectIdentifiers.ecdsa_with_SHA1);
            case SHA384 -> ecdsa(SignatureScheme.ECDSA_SHA384, digest, X9ObjectIdentifiers.ecdsa_with_SHA384);
            case SHA512 -> ecdsa(SignatureScheme.ECDSA_SHA512, digest, X9ObjectIdentifiers.ecdsa_with_SHA512);
            default ->
                ecdsa(SignatureScheme.ECDSA_SHA256, DigestAlgorithm.SHA256, X9ObjectIdentifiers.ecdsa_with_SHA256);
        };
    }

    private static SigningAlgorithm ecdsa(SignatureScheme scheme, DigestAlgorithm digest, ASN1ObjectIdentifier name) {
        return new SigningAlgorithm(scheme, digest, new AlgorithmIdentifier(name));
    }

    // RFC 8419 §3.1: with signed attributes the curve says the digest, whatever the settings say.

    private static SigningAlgorithm ed25519() {
        return new SigningAlgorithm(
                SignatureScheme.ED25519,
                DigestAlgorithm.SHA512,
                new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519));
    }

    private static SigningAlgorithm ed448() {
        return new SigningAlgorithm(
                SignatureScheme.ED448,
                DigestAlgorithm.SHAKE256_LEN,
                new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed448));
    }

    // RFC 9882 §3.3: SHA-512 suits every parameter set and is the one that every receiver must know
    private static SigningAlgorithm mlDsa(PublicKeyKind.MlDsaParameters parameters) {
        return new SigningAlgorithm(
                SignatureScheme.ML_DSA, DigestAlgorithm.SHA512, new AlgorithmIdentifier(parameters.identifier()));
    }
}
