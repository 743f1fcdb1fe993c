package org.postseal.certstore.revocation;

import java.time.Instant;

/** A list or an OCSP answer as it came, found good once. Immutable. */
public final class StoredAnswer {
    private final byte[] octets;
    private final Instant thisUpdate;
    private final Instant nextUpdate;

    /**
     * @param octets not copied, not to be changed
     * @param nextUpdate when it is out of date
     */
    public StoredAnswer(byte[] octets, Instant thisUpdate, Instant nextUpdate) {
        this.octets = octets;
        this.thisUpdate = thisUpdate;
        this.nextUpdate = nextUpdate;
    }

    /** DER, not copied: not to be changed. */
    public byte[] octets() {
        return octets;
    }

    /** When it was made. */
    public Instant thisUpdate() {
        return thisUpdate;
    }

    /** When it is out of date. */
    public Instant nextUpdate() {
        return nextUpdate;
    }
}
