package org.postseal.policy.protection;

/**
 * The kind and size of a public key.
 *
 * @param bits of the modulus for RSA, of the field for EC; the number in the name for ML-KEM and ML-DSA
 */
public record KeyFacts(KeyKind kind, int bits) {
    @Override
    public String toString() {
        return kind.word() + " " + bits;
    }
}
