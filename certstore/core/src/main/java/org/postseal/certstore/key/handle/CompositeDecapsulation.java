package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jcajce.CompositePrivateKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.Composite;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.provider.CryptoCount;

/**
 * Takes a secret out of its capsule by composite ML-KEM (draft-ietf-lamps-pq-composite-kem).
 *
 * <p>Bouncy Castle has this algorithm too, and throws if the padding of RSA is wrong. A sender knows the secret of
 * their own ML-KEM capsule, so that would tell them about the padding of a foreign one. Here a wrong padding yields a
 * secret that the sender does not know, and everything goes on as with a right one.
 *
 * @param rejection makes the secret that takes the place of a wrong one
 * @param publicKey the whole public key
 */
record CompositeDecapsulation(Composite algorithm, ImplicitRejection rejection, byte[] publicKey) {
    byte[] secret(PrivateKey lent, byte[] capsule, Engines engines, CryptoCount count) throws GeneralSecurityException {
        if (!(lent instanceof CompositePrivateKey key)) {
            throw new InvalidKeyException("no composite key");
        }
        int first = ((PublicKeyKind.MlKemParameters) algorithm.set()).ciphertextOctets();
        if (capsule.length <= first) {
            throw new InvalidKeyException("capsule too short");
        }
        byte[] second = Arrays.copyOfRange(capsule, first, capsule.length);
        PrivateKey classical = key.getPrivateKeys().get(1);
        byte[] classicalSecret = classical instanceof RSAPrivateKey rsa
                ? decrypted(rsa, second, engines, count)
                : agreed(classical, second);
        byte[] latticeSecret = KEM.getInstance("ML-KEM", BOUNCY_CASTLE)
                .newDecapsulator(key.getPrivateKeys().getFirst())
                .decapsulate(Arrays.copyOf(capsule, first))
                .getEncoded();
        MessageDigest digest = MessageDigest.getInstance("SHA3-256");
        digest.update(latticeSecret);
        digest.update(classicalSecret);
        digest.update(second);
        digest.update(algorithm.classicalHalf(publicKey));
        Arrays.fill(latticeSecret, (byte) 0);
        Arrays.fill(classicalSecret, (byte) 0);
        return digest.digest(algorithm.label().orElseThrow().getBytes(StandardCharsets.US_ASCII));
    }

    // Whether the number is below the modulus, and how long it is, the sender knows.
    private byte[] decrypted(RSAPrivateKey key, byte[] capsule, Engines engines, CryptoCount count)
            throws GeneralSecurityException {
        int octets = (key.getModulus().bitLength() + 7) / 8;
        if (capsule.length != octets || new BigInteger(1, capsule).compareTo(key.getModulus()) >= 0) {
            throw new InvalidKeyException("capsule out of range");
        }
        byte[] block = RsaKeyTransport.leftPadded(BareRsa.DECRYPTING.apply(capsule, key, engines, count), octets);
        byte[] found = new byte[SECRET_OCTETS];
        int wrong = OAEP.read(block, found);
        Arrays.fill(block, (byte) 0);
        return ConstantTime.select(wrong, found, rejection.substitute(capsule, SECRET_OCTETS));
    }

    private byte[] agreed(PrivateKey key, byte[] capsule) throws GeneralSecurityException {
        try {
            SubjectPublicKeyInfo peer = new SubjectPublicKeyInfo(algorithm.classicalAlgorithm(), capsule);
            if (!CertificateLimits.kindOf(peer).equals(algorithm.classical())) {
                throw new InvalidKeyException("another curve");
            }
            boolean isCurve = algorithm.classical() instanceof PublicKeyKind.Ec;
            KeyAgreement agreement = KeyAgreement.getInstance(isCurve ? "ECDH" : "XDH", BOUNCY_CASTLE);
            agreement.init(key);
            agreement.doPhase(
                    KeyFactory.getInstance(isCurve ? "EC" : "XDH", BOUNCY_CASTLE)
                            .generatePublic(new X509EncodedKeySpec(peer.getEncoded())),
                    true);
            return agreement.generateSecret();
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    private static final int SECRET_OCTETS = 32;
    private static final OaepPadding OAEP = new OaepPadding("SHA-256", "SHA-256", new byte[0]);
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
}
