package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jcajce.CompositePrivateKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Arrays;
import org.postseal.certstore.Composite;

/** Reads private keys of composite ML-KEM. The octets that were read are kept. */
final class CompositeKeys {
    private CompositeKeys() {}

    static KeyMaterial read(Composite algorithm, PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        if (algorithm.isSignature()) {
            throw new InvalidKeySpecException(algorithm.standardName() + " is verified, and no key for it is used");
        }
        PrivateKey key = KeyFactory.getInstance(algorithm.standardName(), BOUNCY_CASTLE)
                .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        if (!(key instanceof CompositePrivateKey composite)) {
            throw new InvalidKeySpecException("malformed " + algorithm.standardName() + " key");
        }
        // Bouncy Castle gives the seed as the octets of the first half, as the draft has it.
        PrivateKeyInfo first = new PrivateKeyInfo(
                new AlgorithmIdentifier(algorithm.set().identifier()),
                new DERTaggedObject(
                        false,
                        0,
                        new DEROctetString(half(composite, 0).getPrivateKey().getOctets())));
        PrivateKeyInfo second = new PrivateKeyInfo(
                algorithm.classicalAlgorithm(), half(composite, 1).parsePrivateKey());
        SubjectPublicKeyInfo publicKey = new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(algorithm.identifier()),
                Arrays.concatenate(publicHalf(first), publicHalf(second)));
        // The halves are measured like those of a certificate.
        var _ = PublicKeys.kind(publicKey);
        return new KeyMaterial(key, info.getEncoded(), publicKey);
    }

    private static PrivateKeyInfo half(CompositePrivateKey key, int at) {
        return PrivateKeyInfo.getInstance(key.getPrivateKeys().get(at).getEncoded());
    }

    private static byte[] publicHalf(PrivateKeyInfo half) throws IOException, GeneralSecurityException {
        return PrivateKeyReader.read(half).publicKey().getPublicKeyData().getOctets();
    }

    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
}
