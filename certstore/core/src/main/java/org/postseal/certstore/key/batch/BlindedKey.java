package org.postseal.certstore.key.batch;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Blinds the numbers of one key. It holds only public numbers of the key, and a pair of
 * random numbers that undo each other: r^e hides a number, and the inverse of r takes the blinding off the answer. A
 * pair serves once. The next one is its square, and after {@value #SQUARES} squares a new one is drawn. Thread-safe.
 */
final class BlindedKey {
    private final Modulus modulus;
    private @Nullable Pair pair;
    private int squares;

    private BlindedKey(Modulus modulus) {
        this.modulus = modulus;
    }

    /** Factors of the modulus that undo each other. */
    private record Pair(long[] hiding, long[] undoing) {}

    /** Returns nothing for keys that do not go through lanes: other lengths, exponents or primes than the usual. */
    static Optional<BlindedKey> of(RSAPrivateCrtKey key) {
        BigInteger n = key.getModulus();
        return Lanes.SIZES.contains(n.bitLength())
                        && n.testBit(0)
                        && key.getPrimeP().bitLength() * 2 == n.bitLength()
                        && key.getPrimeQ().bitLength() * 2 == n.bitLength()
                        && key.getPublicExponent().equals(RSAKeyGenParameterSpec.F4)
                ? Optional.of(new BlindedKey(new Modulus(n)))
                : Optional.empty();
    }

    int bits() {
        return modulus.octets() * 8;
    }

    /** Returns true if a number, which is not secret, is as long as the modulus and less. */
    boolean hasInRange(byte[] number) {
        return number.length == modulus.octets() && new BigInteger(1, number).compareTo(modulus.value()) < 0;
    }

    /** Hides a number in range. */
    Blinded blinded(byte[] number) {
        Pair mine = next();
        return new Blinded(modulus.times(number, mine.hiding()), mine.undoing());
    }

    BigInteger modulus() {
        return modulus.value();
    }

    /**
     * A number that is hidden.
     *
     * @param undoing the factor that takes the blinding off an answer
     */
    record Blinded(byte[] hidden, long[] undoing) {}

    /** Takes the blinding off an answer. */
    byte[] shown(byte[] answer, Blinded blinded) {
        return modulus.times(answer, blinded.undoing());
    }

    private synchronized Pair next() {
        Pair before = pair;
        Pair next = before == null || squares == SQUARES
                ? drawn()
                : new Pair(modulus.squared(before.hiding()), modulus.squared(before.undoing()));
        squares = before == null || squares == SQUARES ? 0 : squares + 1;
        pair = next;
        return next;
    }

    private Pair drawn() {
        BigInteger n = modulus.value();
        // A number without an inverse would be a multiple of a prime of the key, which nobody finds by chance.
        BigInteger r = new BigInteger(n.bitLength() + 64, RANDOM).mod(n);
        return new Pair(modulus.factor(r.modPow(RSAKeyGenParameterSpec.F4, n)), modulus.factor(r.modInverse(n)));
    }

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SQUARES = 256;
}
