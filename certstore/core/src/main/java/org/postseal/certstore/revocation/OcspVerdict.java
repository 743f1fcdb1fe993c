package org.postseal.certstore.revocation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an OCSP answer came to.
 *
 * @param thisUpdate when it was made, where it says something
 * @param nextUpdate how long it may be kept
 * @param isDated it says so itself
 */
record OcspVerdict(RevocationAnswer answer, Instant thisUpdate, Instant nextUpdate, boolean isDated) {
    static OcspVerdict unknown(String why) {
        return new OcspVerdict(new RevocationAnswer.Unknown(why), Instant.MIN, Instant.MIN, false);
    }

    static OcspVerdict offline(String why) {
        return new OcspVerdict(new RevocationAnswer.Offline(why), Instant.MIN, Instant.MIN, false);
    }

    /** With the response that it was read from. */
    ListCheck.Finding finding(byte[] response) {
        return new ListCheck.Finding(
                answer,
                false,
                List.of(Counted.of(response, thisUpdate, Optional.of(nextUpdate).filter(_ -> isDated))));
    }

    /** True when it says good or revoked. */
    boolean isDefinite() {
        return answer instanceof RevocationAnswer.Good || answer instanceof RevocationAnswer.Revoked;
    }
}
