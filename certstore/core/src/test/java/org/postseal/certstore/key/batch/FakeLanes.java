package org.postseal.certstore.key.batch;

import java.math.BigInteger;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Lanes that compute with {@code BigInteger}, and that can lie. */
final class FakeLanes implements Lanes {
    /** The numbers that the private operation was asked for, call by call. */
    final List<List<byte[]>> roots = Collections.synchronizedList(new ArrayList<>());

    /** The numbers that the public operation was asked for, call by call. */
    final List<List<byte[]>> powers = Collections.synchronizedList(new ArrayList<>());

    /** The lanes whose answers are wrong. */
    final Set<Integer> lying = ConcurrentHashMap.newKeySet();

    /** Is called with the lanes of each private operation before it. */
    Consumer<List<Root>> before = _ -> {};

    @Override
    public List<byte[]> root(int bits, List<Root> lanes) {
        roots.add(lanes.stream().map(Root::number).toList());
        before.accept(lanes);
        List<byte[]> answers = new ArrayList<>();
        for (Root lane : lanes) {
            BigInteger number = new BigInteger(1, lane.number());
            Crt key = lane.key();
            BigInteger other = number.modPow(key.dQ(), key.q());
            BigInteger root = number.modPow(key.dP(), key.p())
                    .subtract(other)
                    .multiply(key.qInv())
                    .mod(key.p())
                    .multiply(key.q())
                    .add(other);
            answers.add(Modulus.octets(lying.contains(answers.size()) ? root.flipBit(3) : root, bits / 8));
        }
        return answers;
    }

    @Override
    public List<byte[]> power(int bits, List<Power> lanes) {
        powers.add(lanes.stream().map(Power::number).toList());
        return lanes.stream()
                .map(lane -> new BigInteger(1, lane.number()).modPow(RSAKeyGenParameterSpec.F4, lane.modulus()))
                .map(power -> Modulus.octets(power, bits / 8))
                .toList();
    }
}
