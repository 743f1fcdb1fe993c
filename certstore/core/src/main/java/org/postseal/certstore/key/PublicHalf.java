package org.postseal.certstore.key;

import java.io.IOException;
import java.security.spec.InvalidKeySpecException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Derives the public key from a private one. Files often hold only the private key. */
final class PublicHalf {
    private PublicHalf() {}

    static SubjectPublicKeyInfo of(PrivateKeyInfo info) throws IOException, InvalidKeySpecException {
        SubjectPublicKeyInfo half =
                SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(of(PrivateKeyFactory.createKey(info)));
        // Bouncy Castle spells out the numbers of a curve, while certificates name the curve.
        return half.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                ? new SubjectPublicKeyInfo(
                        info.getPrivateKeyAlgorithm(), half.getPublicKeyData().getOctets())
                : half;
    }

    private static AsymmetricKeyParameter of(AsymmetricKeyParameter key) throws InvalidKeySpecException {
        return switch (key) {
            case RSAPrivateCrtKeyParameters rsa ->
                new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
            case ECPrivateKeyParameters ec ->
                new ECPublicKeyParameters(
                        ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
            case Ed25519PrivateKeyParameters ed25519 -> ed25519.generatePublicKey();
            case Ed448PrivateKeyParameters ed448 -> ed448.generatePublicKey();
            case MLDSAPrivateKeyParameters mlDsa -> mlDsa.getPublicKeyParameters();
            case X25519PrivateKeyParameters x25519 -> x25519.generatePublicKey();
            case X448PrivateKeyParameters x448 -> x448.generatePublicKey();
            default -> throw new InvalidKeySpecException("private key of an unsupported kind");
        };
    }
}
