package org.postseal.gateway.smime;

import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.key.handle.AgreementKdf;
import org.postseal.certstore.key.handle.ContentKeyWrap;

/**
 * Lists what the holder of a key can read through us, best first. Parameters are absent where there are none (RFC 8551
 * §2.5.2).
 */
public final class OwnCapabilities {
    private OwnCapabilities() {}

    /** Returns the capabilities of the holder of this certificate's key. */
    public static SmimeCapabilities of(MailCertificate reader) {
        return SmimeCapabilities.of(Der.encode(sequence(reader)))
                .orElseThrow(() -> new IllegalStateException("made well-formed and short"));
    }

    static DERSequence sequence(MailCertificate reader) {
        ASN1EncodableVector capabilities = new ASN1EncodableVector();
        for (ContentCipher cipher : CIPHERS) {
            capabilities.add(new AlgorithmIdentifier(cipher.oid()));
        }
        switch (reader.keyKind()) {
            case PublicKeyKind.Rsa rsa
            when !rsa.pssOnly() -> TRANSPORTS.forEach(transport -> capabilities.add(transport.identifier()));
            // RFC 5753 §7.2, RFC 8418 §2.4: each scheme is named with each wrap.
            case PublicKeyKind.Ec _, PublicKeyKind.X25519 _, PublicKeyKind.X448 _ -> {
                AgreementKdf derivation = AgreementKdf.of(reader.keyKind());
                for (ContentKeyWrap wrap : WRAPS) {
                    capabilities.add(new AlgorithmIdentifier(derivation.scheme(), wrap.identifier()));
                }
            }
            // RFC 9936 §2.4
            case PublicKeyKind.MlKem _ ->
                capabilities.add(new AlgorithmIdentifier(
                        reader.holder().getSubjectPublicKeyInfo().getAlgorithm().getAlgorithm()));
            case PublicKeyKind.Rsa _, PublicKeyKind.CompositeKem _, PublicKeyKind.SignsOnly _ -> {}
        }
        return new DERSequence(capabilities);
    }

    // ChaCha20 comes after AES-GCM, since the processors of today do AES-GCM in hardware.
    private static final List<ContentCipher> CIPHERS = List.of(
            ContentCipher.AES256_GCM,
            ContentCipher.AES128_GCM,
            ContentCipher.AES192_GCM,
            ContentCipher.CHACHA20_POLY1305,
            ContentCipher.AES256_CBC,
            ContentCipher.AES192_CBC,
            ContentCipher.AES128_CBC);
    private static final List<KeyTransport> TRANSPORTS = List.of(
            KeyTransport.OAEP_SHA256,
            KeyTransport.OAEP_SHA384,
            KeyTransport.OAEP_SHA512,
            KeyTransport.OAEP_SHA1,
            KeyTransport.PKCS1);
    private static final List<ContentKeyWrap> WRAPS =
            List.of(ContentKeyWrap.AES256, ContentKeyWrap.AES128, ContentKeyWrap.AES192);
}
