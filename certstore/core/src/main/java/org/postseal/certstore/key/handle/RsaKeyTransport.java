package org.postseal.certstore.key.handle;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

/**
 * Recovers content keys by RSA key transport, PKCS #1 v1.5 and OAEP (RFC 8017 §7), on the bare RSA operation.
 * {@link ContentKeyRecovery} gives the reasons.
 */
final class RsaKeyTransport {
    private final KeyAccess key;
    private final @Nullable BigInteger modulus;

    RsaKeyTransport(KeyAccess key, MailCertificate certificate) {
        this.key = key;
        this.modulus = certificate.keyKind() instanceof PublicKeyKind.Rsa(int _, boolean pssOnly)
                        && !pssOnly
                        && certificate.x509().getPublicKey() instanceof RSAPublicKey rsa
                ? rsa.getModulus()
                : null;
    }

    byte[] recover(WrappedContentKey.KeyTransport wrapped, byte[] substitute) {
        if (modulus == null) {
            return substitute;
        }
        int octets = (modulus.bitLength() + 7) / 8;
        byte[] ciphertext = leftPadded(wrapped.encryptedKey(), octets);
        boolean inRange =
                wrapped.encryptedKey().length <= octets && new BigInteger(1, ciphertext).compareTo(modulus) < 0;
        byte[] block = new byte[octets];
        int wrong = inRange ? 0 : 1;
        boolean isPkcs1 = wrapped.algorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption);
        OaepPadding oaep = isPkcs1 ? null : OaepPadding.of(wrapped.algorithm());
        // Only the operation is counted. Whether the padding is right does not influence any metric.
        CryptoCount count =
                CryptoCount.of(CryptoOperation.DECRYPT_KEY, named(isPkcs1, oaep).word());
        try {
            // If the ciphertext is out of range, the operation still runs, on a number that is in range.
            byte[] number = inRange ? ciphertext : block;
            block = leftPadded(
                    key.use((lent, engines) -> BareRsa.DECRYPTING.apply(number, lent, engines, count)), octets);
        } catch (StoreUnavailableException away) {
            count.failed(null);
            throw away;
        } catch (GeneralSecurityException | RuntimeException e) {
            // The provider failed. The padding cannot be the reason, since the provider does not look at it.
            wrong |= 1;
        }
        byte[] found = new byte[substitute.length];
        if (isPkcs1) {
            wrong |= readPkcs1(block, found);
        } else {
            wrong |= oaep == null ? 1 : oaep.read(block, found);
        }
        Arrays.fill(block, (byte) 0);
        return ConstantTime.select(wrong, found, substitute);
    }

    private static ContentKeyAlgorithm named(boolean isPkcs1, @Nullable OaepPadding oaep) {
        return isPkcs1
                ? ContentKeyAlgorithm.RSAES_PKCS1
                : oaep == null ? ContentKeyAlgorithm.OAEP_OTHER : ContentKeyAlgorithm.oaep(oaep.digest());
    }

    // RFC 8017 §7.2.2: 00 02, non-zero octets, 00, message. Every octet is looked at, and nothing is searched for.
    private static int readPkcs1(byte[] block, byte[] message) {
        int separator = block.length - message.length - 1;
        if (separator < 10) {
            return 1;
        }
        int wrong = block[0] | (block[1] ^ 2) | block[separator];
        for (int i = 2; i < separator; i++) {
            wrong |= ConstantTime.isZero(block[i]);
        }
        System.arraycopy(block, separator + 1, message, 0, message.length);
        return wrong & 0xFF;
    }

    // A sender or a provider may omit the leading zeros of a number.
    static byte[] leftPadded(byte[] number, int octets) {
        byte[] padded = new byte[octets];
        int length = Math.min(number.length, octets);
        System.arraycopy(number, number.length - length, padded, octets - length, length);
        return padded;
    }
}
