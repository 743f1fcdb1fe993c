package org.postseal.certstore.revocation;

import java.time.Instant;

/**
 * What an OCSP answer came to.
 *
 * @param thisUpdate when it was made, where it says something
 * @param nextUpdate how long it may be kept
 */
record OcspVerdict(RevocationAnswer answer, Instant thisUpdate, Instant nextUpdate) {
    static OcspVerdict unknown(String why) {
        return new OcspVerdict(new RevocationAnswer.Unknown(why), Instant.MIN, Instant.MIN);
    }

    static OcspVerdict offline(String why) {
        return new OcspVerdict(new RevocationAnswer.Offline(why), Instant.MIN, Instant.MIN);
    }

    /** True when it says good or revoked. */
    boolean isDefinite() {
        return answer instanceof RevocationAnswer.Good || answer instanceof RevocationAnswer.Revoked;
    }
}
