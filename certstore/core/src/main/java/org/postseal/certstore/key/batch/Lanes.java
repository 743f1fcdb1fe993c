package org.postseal.certstore.key.batch;

import java.math.BigInteger;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.List;

/**
 * Computes on up to eight numbers in one call. Both operations return an answer for each lane, in the same order and as
 * long as the modulus. If a lane failed, its answer is a wrong number. Thread-safe.
 */
interface Lanes {
    /** The number of lanes. A call costs the same whether all are used or not. */
    int NUMBER = 8;

    /** The lengths of a modulus that can be used, in bits. */
    List<Integer> SIZES = List.of(2048, 3072, 4096);

    /**
     * Does the private RSA operation with the Chinese Remainder Theorem (RFC 8017 §5.1.2).
     *
     * @param bits the length of the modulus, one of {@link #SIZES}
     * @param lanes at least one and at most {@link #NUMBER}
     */
    List<byte[]> root(int bits, List<Root> lanes);

    /** Does the public RSA operation with the exponent 65537. */
    List<byte[]> power(int bits, List<Power> lanes);

    /** @param number big-endian and as long as the modulus */
    record Root(Crt key, byte[] number) {}

    /** @param number big-endian and as long as the modulus */
    record Power(BigInteger modulus, byte[] number) {}

    /** The numbers of a key that the private operation needs, named as in RFC 8017 §3.2. */
    record Crt(BigInteger p, BigInteger q, BigInteger dP, BigInteger dQ, BigInteger qInv) {
        static Crt of(RSAPrivateCrtKey key) {
            return new Crt(
                    key.getPrimeP(),
                    key.getPrimeQ(),
                    key.getPrimeExponentP(),
                    key.getPrimeExponentQ(),
                    key.getCrtCoefficient());
        }

        @Override
        public String toString() {
            return "[redacted]";
        }
    }
}
