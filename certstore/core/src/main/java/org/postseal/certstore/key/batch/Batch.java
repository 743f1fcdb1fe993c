package org.postseal.certstore.key.batch;

import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.certstore.key.batch.BlindedKey.Blinded;
import org.postseal.certstore.key.batch.Lanes.Crt;
import org.postseal.certstore.key.batch.Lanes.Power;
import org.postseal.certstore.key.batch.Lanes.Root;

/**
 * Does up to eight operations through lanes, on blinded numbers, and checks each answer with the public key. A
 * signature is checked as it leaves. A plaintext is checked while it is blinded, so that lanes never see it.
 */
record Batch(Lanes lanes, RunningMark mark) {
    /**
     * One operation.
     *
     * @param number big-endian, and in the range of the key
     * @param isSignature true if the result is not secret
     */
    record Operation(BlindedKey blinding, RSAPrivateCrtKey key, byte[] number, boolean isSignature) {}

    /** Returns a result for each operation; nothing if its answer was wrong. All keys have the same length. */
    List<Optional<byte[]>> run(List<Operation> operations) {
        int bits = operations.getFirst().blinding().bits();
        List<Blinded> blinded = operations.stream()
                .map(each -> each.blinding().blinded(each.number()))
                .toList();
        List<byte[]> answers = marked(() -> lanes.root(bits, roots(operations, blinded)));
        List<byte[]> results = new ArrayList<>();
        List<Power> powers = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation each = operations.get(i);
            byte[] result = each.blinding().shown(answers.get(i), blinded.get(i));
            results.add(result);
            powers.add(new Power(each.blinding().modulus(), each.isSignature() ? result : answers.get(i)));
        }
        List<byte[]> found = marked(() -> lanes.power(bits, powers));
        List<Optional<byte[]>> checked = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation each = operations.get(i);
            byte[] expected =
                    each.isSignature() ? each.number() : blinded.get(i).hidden();
            checked.add(Arrays.equals(found.get(i), expected) ? Optional.of(results.get(i)) : Optional.empty());
        }
        return checked;
    }

    private static List<Root> roots(List<Operation> operations, List<Blinded> blinded) {
        List<Root> roots = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            roots.add(new Root(Crt.of(operations.get(i).key()), blinded.get(i).hidden()));
        }
        return roots;
    }

    private <T> T marked(Supplier<T> call) {
        mark.begin();
        try {
            return call.get();
        } finally {
            mark.end();
        }
    }
}
