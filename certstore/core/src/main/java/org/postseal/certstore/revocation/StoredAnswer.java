package org.postseal.certstore.revocation;

import java.time.Instant;

/** A list or an OCSP answer as received, which was found good once. Immutable. */
public final class StoredAnswer {
    private final byte[] octets;
    private final Instant thisUpdate;
    private final Instant nextUpdate;

    /**
     * Creates an answer.
     *
     * @param octets the DER, which is not copied and must not be changed
     * @param nextUpdate when it goes out of date
     */
    public StoredAnswer(byte[] octets, Instant thisUpdate, Instant nextUpdate) {
        this.octets = octets;
        this.thisUpdate = thisUpdate;
        this.nextUpdate = nextUpdate;
    }

    /** Returns the DER, which is not copied and must not be changed. */
    public byte[] octets() {
        return octets;
    }

    public Instant thisUpdate() {
        return thisUpdate;
    }

    /** Returns when it goes out of date. */
    public Instant nextUpdate() {
        return nextUpdate;
    }
}
