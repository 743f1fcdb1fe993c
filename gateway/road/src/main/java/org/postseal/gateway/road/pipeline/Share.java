package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;

/**
 * The share of one recipient in a copy that leaves.
 *
 * @param unit the number of the delivery unit, from 1
 * @param certificates the certificates used, as {@code role:SHA-256}
 * @param readers additional readers of the copy, as {@code address:SHA-256} of each certificate
 * @param headerProtection what was done to protect the header fields of the copy
 */
record Share(int unit, List<String> certificates, List<String> readers, Optional<String> headerProtection) {
    /** The share in a copy that leaves as it came. */
    static Share asItCame(int unit, List<String> certificates) {
        return new Share(unit, certificates, List.of(), Optional.empty());
    }
}
