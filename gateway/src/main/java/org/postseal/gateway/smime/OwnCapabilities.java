package org.postseal.gateway.smime;

import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SmimeCapabilities;

/** What the holder of a key can read through us, best first; parameters absent where there are none (RFC 8551 §2.5.2). */
public final class OwnCapabilities {
    private OwnCapabilities() {}

    /** Those of the holder of this certificate's key. */
    public static SmimeCapabilities of(MailCertificate reader) {
        return SmimeCapabilities.of(Der.encode(sequence(reader)))
                .orElseThrow(() -> new IllegalStateException("made well-formed and short"));
    }

    static DERSequence sequence(MailCertificate reader) {
        ASN1EncodableVector capabilities = new ASN1EncodableVector();
        capabilities.add(capability(NISTObjectIdentifiers.id_aes256_GCM));
        capabilities.add(capability(NISTObjectIdentifiers.id_aes128_GCM));
        capabilities.add(capability(NISTObjectIdentifiers.id_aes192_GCM));
        capabilities.add(capability(NISTObjectIdentifiers.id_aes256_CBC));
        capabilities.add(capability(NISTObjectIdentifiers.id_aes192_CBC));
        capabilities.add(capability(NISTObjectIdentifiers.id_aes128_CBC));
        switch (reader.keyKind()) {
            case PublicKeyKind.Rsa rsa
            when !rsa.pssOnly() -> {
                capabilities.add(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, SignedAttributes.oaepSha256()));
                capabilities.add(capability(PKCSObjectIdentifiers.rsaEncryption));
            }
            case PublicKeyKind.Ec _ ->
                capabilities.add(new AlgorithmIdentifier(
                        SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme,
                        new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_wrap)));
            case PublicKeyKind.X25519 _ ->
                capabilities.add(new AlgorithmIdentifier(
                        PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha256_scheme,
                        new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_wrap)));
            case PublicKeyKind.Rsa _, PublicKeyKind.Ed25519 _, PublicKeyKind.Ed448 _, PublicKeyKind.MlDsa _ -> {}
        }
        return new DERSequence(capabilities);
    }

    private static DERSequence capability(ASN1ObjectIdentifier algorithm) {
        return new DERSequence(algorithm);
    }
}
