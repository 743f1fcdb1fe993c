package org.postseal.gateway.smime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;

/**
 * Writes the SignerInfos of one signer (RFC 5652 §5.3). The parts that are the same in all of them are encoded once.
 * Thread-safe.
 */
final class SignerInfoWriter {
    private final SigningAlgorithm algorithm;
    private final SignedAttributes attributes;
    // Holds the encoded version, sid and digestAlgorithm.
    private final byte[] before;
    private final byte[] signatureAlgorithm;

    private SignerInfoWriter(SigningAlgorithm algorithm, MailCertificate signer, SignedAttributes attributes) {
        this.algorithm = algorithm;
        this.attributes = attributes;
        // RFC 5652 §5.3: the version is 1, since the signer is named by issuer and serial number.
        this.before = Der.join(
                Der.encode(new ASN1Integer(1)),
                Der.encode(SignedAttributes.name(signer)),
                Der.encode(algorithm.digest().identifier()));
        this.signatureAlgorithm = Der.encode(algorithm.signature());
    }

    /**
     * Writes the DER of a SignerInfo.
     *
     * @param key of the signer's certificate
     */
    byte[] write(KeyHandle key, byte[] contentDigest, Instant time) throws SignatureException {
        byte[] signed = attributes.content(contentDigest, time);
        byte[] signature = key.sign(algorithm.scheme(), Der.value(Der.SET, signed));
        return Der.value(
                Der.SEQUENCE,
                before,
                Der.value(Der.CONTEXT_0_CONSTRUCTED, signed),
                signatureAlgorithm,
                Der.value(Der.OCTET_STRING, signature));
    }

    /** Keeps the writers of the signers that were active last. Thread-safe. */
    static final class Recent {
        private final Cache<Use, SignerInfoWriter> writers =
                Caffeine.newBuilder().maximumSize(1_000).build();

        SignerInfoWriter of(CmsSigner.Signer signer, SigningAlgorithm algorithm, boolean saysCapabilities) {
            MailCertificate certificate = signer.key().certificate();
            Use use = new Use(certificate, algorithm.scheme(), signer.encryption(), saysCapabilities, signer.role());
            return writers.get(
                    use,
                    _ -> new SignerInfoWriter(
                            algorithm,
                            certificate,
                            SignedAttributes.of(
                                    algorithm, certificate, signer.encryption(), saysCapabilities, signer.role())));
        }

        // the scheme tells the whole algorithm of a certificate's key
        private record Use(
                MailCertificate signer,
                SignatureScheme scheme,
                Optional<MailCertificate> encryption,
                boolean saysCapabilities,
                SignerReport.Role role) {}
    }
}
