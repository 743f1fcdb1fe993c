package org.postseal.gateway.audit.chain;

import java.time.Instant;
import java.util.List;

/** What shows somebody who has nothing but the log's public key that records stand in it as they were written. Immutable. */
public sealed interface Evidence {
    /** Each record is part of one of the proofs, which are in the order of the log. */
    record Complete(List<Proof> proofs) implements Evidence {
        public Complete {
            proofs = List.copyOf(proofs);
        }
    }

    /**
     * No checkpoint stands behind a record yet.
     *
     * @param number of the record
     */
    record Unsigned(long number) implements Evidence {}

    /** The log cannot prove them: something in it is not what it was, or is not there, in words. */
    record Broken(String why) implements Evidence {}

    /**
     * Leads from records to the next checkpoint.
     *
     * @param before the chain's hash before the first step, 64 hexadecimal digits
     * @param steps without a gap
     * @param checkpoint that signs the hash behind the last step
     */
    record Proof(String before, List<Step> steps, Signed checkpoint) {
        public Proof {
            steps = List.copyOf(steps);
        }
    }

    /** A part of the chain. */
    sealed interface Step {}

    /**
     * A record that is shown.
     *
     * @param number of it
     * @param line as it stands in the log, without its line end
     */
    record Shown(long number, byte[] line) implements Step {}

    /**
     * Records in a row that are not shown.
     *
     * @param first number of the first
     * @param hashes SHA-256 of each, 64 hexadecimal digits
     */
    record Hidden(long first, List<String> hashes) implements Step {
        public Hidden {
            hashes = List.copyOf(hashes);
        }

        /** Number of the last one. */
        public long last() {
            return first + hashes.size() - 1;
        }
    }

    /**
     * A checkpoint.
     *
     * @param number of its own record
     * @param line as it stands in the log, without its line end
     * @param chain id of the chain, 32 hexadecimal digits
     * @param time when it was signed
     * @param key SHA-256 of the public key, 64 hexadecimal digits
     * @param keyPem the public key
     * @param signature Ed25519
     */
    record Signed(long number, byte[] line, String chain, Instant time, String key, String keyPem, byte[] signature) {
        /** Number of the record before, up to which it signs. */
        public long signedNumber() {
            return number - 1;
        }
    }
}
