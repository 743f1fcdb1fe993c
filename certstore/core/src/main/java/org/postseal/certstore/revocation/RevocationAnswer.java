package org.postseal.certstore.revocation;

import java.time.Instant;
import org.postseal.certstore.RevocationReason;

/** What is known about the revocation of one certificate, or of a path. */
public sealed interface RevocationAnswer {
    /** Not revoked, as far as can be told until {@code until}. */
    record Good(Instant until) implements RevocationAnswer {}

    /**
     * Revoked.
     *
     * @param index of the certificate in the path, 0 being the end entity
     */
    record Revoked(int index, Instant at, RevocationReason reason, Instant until) implements RevocationAnswer {}

    /** A server that would know could not be reached. */
    record Offline(String why) implements RevocationAnswer {}

    /** Nobody to ask, or an answer that proves nothing. */
    record Unknown(String why) implements RevocationAnswer {}
}
