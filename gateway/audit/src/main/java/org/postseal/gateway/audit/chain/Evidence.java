package org.postseal.gateway.audit.chain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Shows to a reader who has only the log's public key that records stand in the log as they were written. Immutable.
 */
public sealed interface Evidence {
    /** Each record is part of one of the proofs. These are in the order of the log. */
    record Complete(List<Proof> proofs) implements Evidence {
        public Complete {
            proofs = List.copyOf(proofs);
        }
    }

    /**
     * A record has no checkpoint behind it yet.
     *
     * @param number the number of the record
     */
    record Unsigned(long number) implements Evidence {}

    /** The log cannot prove the records: something in it was changed or is missing. The text says what. */
    record Broken(String why) implements Evidence {}

    /**
     * Leads from records to the next checkpoint.
     *
     * @param before the chain's hash before the first step, 64 hexadecimal digits
     * @param steps the records up to the checkpoint, without a gap
     * @param checkpoint the checkpoint that signs the hash behind the last step
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
     * @param number the number of the record
     * @param line the line as it stands in the log, without its line end
     */
    record Shown(long number, byte[] line) implements Step {}

    /**
     * Consecutive records that are not shown.
     *
     * @param first the number of the first
     * @param hashes SHA-256 of each, 64 hexadecimal digits
     */
    record Hidden(long first, List<String> hashes) implements Step {
        public Hidden {
            hashes = List.copyOf(hashes);
        }

        public long last() {
            return first + hashes.size() - 1;
        }
    }

    /**
     * A checkpoint.
     *
     * @param number the number of its own record
     * @param line the line as it stands in the log, without its line end
     * @param node the name of the gateway in its fleet; empty if it is in none
     * @param chain the id of the chain, 32 hexadecimal digits
     * @param time when it was signed
     * @param key SHA-256 of the public key, 64 hexadecimal digits
     * @param keyPem the public key in PEM
     * @param signature the Ed25519 signature
     */
    record Signed(
            long number,
            byte[] line,
            Optional<String> node,
            String chain,
            Instant time,
            String key,
            String keyPem,
            byte[] signature) {
        /** Returns the number of the record before the checkpoint, which is the last that it signs. */
        public long signedNumber() {
            return number - 1;
        }
    }
}
