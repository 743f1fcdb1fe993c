package org.postseal.certstore.key.batch;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.key.batch.CryptoMb.Found;
import org.postseal.certstore.key.batch.Lanes.Crt;
import org.postseal.certstore.key.batch.Lanes.Root;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares lanes with {@code BigInteger}, for each length of modulus. The operation does not need prime numbers to be
 * right, so random ones are taken, and no time is spent on a search for primes.
 */
final class SelfTest {
    private SelfTest() {}

    /** Returns lanes that are there only if they give right answers. */
    static Found tested(Found found) {
        if (found instanceof Found.Present(Lanes lanes)) {
            Optional<String> fault = fault(lanes);
            if (fault.isPresent()) {
                LOG.error("native RSA in batches failed its self-test: {}", fault.get());
                return new Found.Absent("the self-test failed: " + fault.get());
            }
        }
        return found;
    }

    private static Optional<String> fault(Lanes lanes) {
        try {
            for (int bits : Lanes.SIZES) {
                if (!isRight(lanes, bits)) {
                    return Optional.of("a wrong answer for " + bits + " bits");
                }
            }
            return Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            // A broken library may do anything here.
            return Optional.of(e.toString());
        }
    }

    private static boolean isRight(Lanes lanes, int bits) {
        List<Root> asked = new ArrayList<>();
        for (int i = 0; i < Lanes.NUMBER; i++) {
            byte[] number = new byte[bits / 8];
            RANDOM.nextBytes(number);
            // The first octet stays 0, which keeps the number below the modulus.
            number[0] = 0;
            // BigInteger takes long for long exponents, and the library does not, so one lane has long ones.
            asked.add(new Root(random(bits, i == 0 ? bits / 2 - 1 : SHORT), number));
        }
        List<BigInteger> answers = lanes.root(bits, asked).stream()
                .map(answer -> new BigInteger(1, answer))
                .toList();
        return answers.equals(asked.stream().map(SelfTest::expected).toList());
    }

    private static Crt random(int bits, int exponent) {
        while (true) {
            BigInteger p = odd(bits / 2);
            BigInteger q = odd(bits / 2);
            if (p.gcd(q).equals(BigInteger.ONE)) {
                return new Crt(p, q, odd(exponent), odd(exponent), q.modInverse(p));
            }
        }
    }

    // The two highest bits are set, so that the product of two such numbers is as long as both together.
    private static BigInteger odd(int bits) {
        return new BigInteger(bits, RANDOM).setBit(bits - 1).setBit(bits - 2).setBit(0);
    }

    private static BigInteger expected(Root lane) {
        Crt key = lane.key();
        BigInteger number = new BigInteger(1, lane.number());
        BigInteger one = number.modPow(key.dP(), key.p());
        BigInteger other = number.modPow(key.dQ(), key.q());
        return one.subtract(other)
                .multiply(key.qInv())
                .mod(key.p())
                .multiply(key.q())
                .add(other);
    }

    private static final Logger LOG = LoggerFactory.getLogger(SelfTest.class);
    private static final int SHORT = 64;
    private static final SecureRandom RANDOM = new SecureRandom();
}
