package org.postseal.certstore.key.batch;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import org.postseal.certstore.key.batch.Batch.Operation;

/** A key with a number for it, and the results that are right. */
record TestKey(RSAPrivateCrtKey key, BlindedKey blinding) {
    static TestKey generate(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
            generator.initialize(bits);
            KeyPair pair = generator.generateKeyPair();
            RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
            return new TestKey(key, BlindedKey.of(key).orElseThrow());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a number in range, another one for each seed. */
    byte[] number(int seed) {
        byte[] number = new byte[key.getModulus().bitLength() / 8];
        Arrays.fill(number, 1, number.length, (byte) (seed + 1));
        return number;
    }

    byte[] root(byte[] number) {
        return Modulus.octets(
                new BigInteger(1, number).modPow(key.getPrivateExponent(), key.getModulus()), number.length);
    }

    Operation operation(byte[] number, boolean isSignature) {
        return new Operation(blinding, key, number, isSignature);
    }
}
