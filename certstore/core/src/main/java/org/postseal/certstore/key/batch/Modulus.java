package org.postseal.certstore.key.batch;

import java.math.BigInteger;

/**
 * Multiplies modulo an odd number by Montgomery's method. The time depends on the length of the modulus alone, never on
 * the numbers: {@code BigInteger} drops leading zeros, and how many a plaintext has tells whether its padding is right
 * (Bleichenbacher; CVE-2022-4304 is this fault where OpenSSL took the blinding off). Immutable.
 *
 * <p>A limb holds {@value #WIDTH} bits, so that a column of products fits into a long without a carry, and the compiler
 * can use vectors. All limbs together hold at least four bits more than the modulus: a product of numbers below twice
 * the modulus stays below twice the modulus, and nothing is subtracted before the end.
 */
final class Modulus {
    private final BigInteger value;
    private final int limbs;
    // One limb more, which is 0, lets the inner loop read ahead.
    private final long[] modulus;
    // The negative inverse of the lowest limb.
    private final long inverse;

    /** @param value an odd number, whose length is one of {@link Lanes#SIZES} */
    Modulus(BigInteger value) {
        this.value = value;
        this.limbs = (value.bitLength() + SPARE + WIDTH - 1) / WIDTH;
        this.modulus = limbs(value);
        this.inverse = -value.modInverse(BigInteger.ONE.shiftLeft(WIDTH)).longValue() & LIMB;
    }

    BigInteger value() {
        return value;
    }

    int octets() {
        return value.bitLength() / 8;
    }

    /** Makes a factor of a number, which is not secret or is random. */
    long[] factor(BigInteger number) {
        return limbs(number.shiftLeft(limbs * WIDTH).mod(value));
    }

    /**
     * Returns a number times the one that {@code factor} was made of. The numbers have as many octets as the modulus,
     * and so has the result.
     */
    byte[] times(byte[] number, long[] factor) {
        return octets(reduced(product(limbs(number), factor)));
    }

    /** Returns the factor of the square of the number that {@code factor} was made of. */
    long[] squared(long[] factor) {
        return product(factor, factor);
    }

    private long[] product(long[] a, long[] b) {
        long[] sum = new long[limbs + 1];
        for (int i = 0; i < limbs; i++) {
            long lowest = sum[0] + a[0] * b[i];
            long multiple = lowest * inverse & LIMB;
            long carry = (lowest + modulus[0] * multiple) >>> WIDTH;
            addRow(sum, a, b[i], multiple);
            sum[0] += carry;
        }
        long carry = 0;
        for (int i = 0; i < limbs; i++) {
            carry += sum[i];
            sum[i] = carry & LIMB;
            carry >>>= WIDTH;
        }
        return sum;
    }

    // Adds a * b + modulus * multiple, and drops the lowest limb. The masks tell the compiler that the factors are
    // short.
    private void addRow(long[] sum, long[] a, long b, long multiple) {
        long first = b & LIMB;
        long second = multiple & LIMB;
        for (int i = 0; i < limbs; i++) {
            sum[i] = sum[i + 1] + (a[i + 1] & LIMB) * first + (modulus[i + 1] & LIMB) * second;
        }
    }

    // Subtracts the modulus if the number is not less, without a branch.
    private long[] reduced(long[] number) {
        long[] difference = new long[limbs + 1];
        long borrow = 0;
        for (int i = 0; i < limbs; i++) {
            long next = number[i] - modulus[i] + borrow;
            difference[i] = next & LIMB;
            borrow = next >> WIDTH;
        }
        for (int i = 0; i < limbs; i++) {
            difference[i] = (number[i] & borrow) | (difference[i] & ~borrow);
        }
        return difference;
    }

    private long[] limbs(BigInteger number) {
        return limbs(octets(number, octets()));
    }

    /** Writes a number, which is not secret or is random, in so many octets. */
    static byte[] octets(BigInteger number, int length) {
        byte[] octets = number.toByteArray();
        byte[] padded = new byte[length];
        int kept = Math.min(octets.length, length);
        System.arraycopy(octets, octets.length - kept, padded, length - kept, kept);
        return padded;
    }

    private long[] limbs(byte[] octets) {
        long[] number = new long[limbs + 1];
        long bits = 0;
        int held = 0;
        int limb = 0;
        for (int i = octets.length - 1; i >= 0; i--) {
            bits |= (octets[i] & 0xFFL) << held;
            held += 8;
            if (held >= WIDTH) {
                number[limb++] = bits & LIMB;
                bits >>>= WIDTH;
                held -= WIDTH;
            }
        }
        number[limb] = bits;
        return number;
    }

    private byte[] octets(long[] number) {
        byte[] octets = new byte[octets()];
        long bits = 0;
        int held = 0;
        int limb = 0;
        for (int i = octets.length - 1; i >= 0; i--) {
            if (held < 8) {
                bits |= number[limb++] << held;
                held += WIDTH;
            }
            octets[i] = (byte) bits;
            bits >>>= 8;
            held -= 8;
        }
        return octets;
    }

    // With 4096 bits, a column has 2 * 152 products of 54 bits, which is below 2^63.
    private static final int WIDTH = 27;
    private static final int SPARE = 4;
    private static final long LIMB = (1L << WIDTH) - 1;
}
