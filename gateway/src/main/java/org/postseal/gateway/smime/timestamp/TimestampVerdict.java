package org.postseal.gateway.smime.timestamp;

import java.time.Instant;

/** What an answer of a time-stamping authority is worth. */
public sealed interface TimestampVerdict {
    /**
     * The octets existed at this time, says an authority that is trusted.
     *
     * @param authority subject of the certificate that signed, as RFC 2253 writes it
     */
    record Stamped(Instant time, String authority) implements TimestampVerdict {}

    /** The authority has refused, and says so; nothing is signed. */
    record Rejected(String why) implements TimestampVerdict {}

    /** It is no stamp of these octets, or one that is not to be believed. */
    record Unbelieved(String why) implements TimestampVerdict {}
}
