package org.postseal.certstore.key;

import java.security.cert.CertificateException;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.PublicKeyKind;

public final class PublicKeys {
    private PublicKeys() {}

    public static PublicKeyKind kind(SubjectPublicKeyInfo key) {
        try {
            return CertificateLimits.kindOf(key);
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    // Only the key's octets are compared: the algorithm's parameters may be NULL in one place and absent in the other.
    public static boolean same(SubjectPublicKeyInfo one, SubjectPublicKeyInfo other) {
        return Arrays.equals(
                one.getPublicKeyData().getOctets(), other.getPublicKeyData().getOctets());
    }

    static String certificateSignature(SubjectPublicKeyInfo key) {
        return switch (kind(key)) {
            case PublicKeyKind.Rsa _ -> "SHA256withRSA";
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) -> "SHA" + curve.digestBits() + "withECDSA";
            case PublicKeyKind.Ed25519 _ -> "Ed25519";
            case PublicKeyKind.Ed448 _ -> "Ed448";
            case PublicKeyKind.MlDsa _, PublicKeyKind.SlhDsa _, PublicKeyKind.CompositeSignature _ ->
                kind(key).text();
            case PublicKeyKind.EncryptsOnly _ -> throw new IllegalArgumentException("a key for encryption cannot sign");
        };
    }
}
