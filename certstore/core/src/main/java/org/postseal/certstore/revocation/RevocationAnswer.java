package org.postseal.certstore.revocation;

import java.time.Instant;
import org.postseal.certstore.RevocationReason;

/** Says what is known about the revocation of a certificate or of a path. */
public sealed interface RevocationAnswer {
    /** The certificate is not revoked, as far as is known until {@code until}. */
    record Good(Instant until) implements RevocationAnswer {}

    /**
     * A certificate is revoked.
     *
     * @param index the place of the certificate in the path, 0 for the end entity
     */
    record Revoked(int index, Instant at, RevocationReason reason, Instant until) implements RevocationAnswer {}

    /** A server that should know could not be reached. */
    record Offline(String why) implements RevocationAnswer {}

    /** There is no server to ask, or the answer proves nothing. */
    record Unknown(String why) implements RevocationAnswer {}
}
