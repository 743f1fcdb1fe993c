package org.postseal.policy.protection;

import java.util.Optional;
import org.postseal.certstore.PublicKeyKind;

/**
 * The kind and size of a public key.
 *
 * @param bits of the modulus for RSA, of the field for EC; the number in the name for ML-KEM and ML-DSA
 */
public record KeyFacts(KeyKind kind, int bits) {
    /** Returns the facts about a key; empty for the kinds that a policy has no word for, since they are only read. */
    public static Optional<KeyFacts> of(PublicKeyKind key) {
        return switch (key) {
            case PublicKeyKind.Rsa(int bits, boolean _) -> known(KeyKind.RSA, bits);
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) ->
                known(curve.isBrainpool() ? KeyKind.BRAINPOOL : KeyKind.EC, curve.bits());
            case PublicKeyKind.Ed25519 _ -> known(KeyKind.ED25519, 256);
            case PublicKeyKind.Ed448 _ -> known(KeyKind.ED448, 448);
            case PublicKeyKind.MlDsa(var set) -> known(KeyKind.ML_DSA, set.size());
            case PublicKeyKind.X25519 _ -> known(KeyKind.X25519, 256);
            case PublicKeyKind.X448 _ -> known(KeyKind.X448, 448);
            case PublicKeyKind.MlKem(var set) -> known(KeyKind.ML_KEM, set.size());
            case PublicKeyKind.SlhDsa _, PublicKeyKind.CompositeSignature _, PublicKeyKind.CompositeKem _ ->
                Optional.empty();
        };
    }

    private static Optional<KeyFacts> known(KeyKind kind, int bits) {
        return Optional.of(new KeyFacts(kind, bits));
    }

    @Override
    public String toString() {
        return kind.word() + " " + bits;
    }
}
