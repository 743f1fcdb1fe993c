package org.postseal.certstore;

import java.security.PublicKey;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/**
 * The allow-list of signature algorithms for certificates, CRLs and OCSP answers. It keeps unusual algorithms away from
 * the providers. MD5 and SHA-1 are not on it.
 */
public final class SignatureAlgorithms {
    private SignatureAlgorithms() {}

    /** Returns true if the algorithm is on the list. */
    public static boolean isStrong(AlgorithmIdentifier algorithm) {
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return algorithm.getParameters() != null && hasStrongDigest(algorithm);
        }
        // RFC 9881 §2, RFC 9909 §3, and the draft of composites: parameters must be absent.
        ASN1ObjectIdentifier name = algorithm.getAlgorithm();
        boolean isComposite = Composite.signature(name).isPresent();
        return (NAMES.contains(name) || isComposite)
                && (algorithm.getParameters() == null || !(PURE.contains(name) || isComposite));
    }

    /** Returns true if the algorithm is on the list, or is RSA or ECDSA with a digest that is not. */
    public static boolean isKnown(AlgorithmIdentifier algorithm) {
        ASN1ObjectIdentifier name = algorithm.getAlgorithm();
        return NAMES.contains(name)
                || Composite.signature(name).isPresent()
                || name.on(PKCSObjectIdentifiers.pkcs_1)
                || name.on(X9ObjectIdentifiers.id_ecSigType);
    }

    /**
     * Returns what verifies a signature of a CRL or an OCSP answer.
     *
     * @throws OperatorCreationException if no provider takes the key and the algorithm
     */
    public static ContentVerifier verifier(PublicKey key, AlgorithmIdentifier algorithm)
            throws OperatorCreationException {
        JcaContentVerifierProviderBuilder builder = new JcaContentVerifierProviderBuilder();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            // The builder gives an engine its parameters first. That makes the JDK choose the native provider, which
            // takes no key that its certificate names id-RSASSA-PSS.
            builder.setProvider(new BouncyCastleProvider());
        }
        return builder.build(key).get(algorithm);
    }

    private static boolean hasStrongDigest(AlgorithmIdentifier algorithm) {
        try {
            RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(algorithm.getParameters());
            return DIGESTS.contains(parameters.getHashAlgorithm().getAlgorithm());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static final Set<ASN1ObjectIdentifier> PURE = Stream.<PublicKeyKind.SignatureSet>concat(
                    Stream.of(PublicKeyKind.MlDsaParameters.values()),
                    Stream.of(PublicKeyKind.SlhDsaParameters.values()))
            .map(PublicKeyKind.SignatureSet::identifier)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<ASN1ObjectIdentifier> NAMES = Stream.concat(
                    PURE.stream(),
                    Stream.of(
                            PKCSObjectIdentifiers.sha256WithRSAEncryption,
                            PKCSObjectIdentifiers.sha384WithRSAEncryption,
                            PKCSObjectIdentifiers.sha512WithRSAEncryption,
                            X9ObjectIdentifiers.ecdsa_with_SHA256,
                            X9ObjectIdentifiers.ecdsa_with_SHA384,
                            X9ObjectIdentifiers.ecdsa_with_SHA512,
                            EdECObjectIdentifiers.id_Ed25519,
                            EdECObjectIdentifiers.id_Ed448))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<ASN1ObjectIdentifier> DIGESTS =
            Set.of(NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha384, NISTObjectIdentifiers.id_sha512);
}
