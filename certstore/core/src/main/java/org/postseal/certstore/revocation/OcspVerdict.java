package org.postseal.certstore.revocation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The judgement of an OCSP answer.
 *
 * @param thisUpdate when the answer was made, if it is definite
 * @param nextUpdate how long it may be kept
 * @param isDated whether the answer itself names nextUpdate
 */
record OcspVerdict(RevocationAnswer answer, Instant thisUpdate, Instant nextUpdate, boolean isDated) {
    static OcspVerdict unknown(String why) {
        return new OcspVerdict(new RevocationAnswer.Unknown(why), Instant.MIN, Instant.MIN, false);
    }

    static OcspVerdict offline(String why) {
        return new OcspVerdict(new RevocationAnswer.Offline(why), Instant.MIN, Instant.MIN, false);
    }

    /** Combines the verdict with the response that it was read from. */
    ListCheck.Finding finding(byte[] response) {
        return new ListCheck.Finding(
                answer,
                false,
                List.of(Counted.of(response, thisUpdate, Optional.of(nextUpdate).filter(_ -> isDated))));
    }

    /** Returns true if the answer is good or revoked. */
    boolean isDefinite() {
        return answer instanceof RevocationAnswer.Good || answer instanceof RevocationAnswer.Revoked;
    }
}
