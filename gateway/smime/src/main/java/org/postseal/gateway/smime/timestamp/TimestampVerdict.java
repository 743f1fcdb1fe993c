package org.postseal.gateway.smime.timestamp;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.path.SignerRevocation;

/** Says what an answer of a time-stamping authority is worth. */
public sealed interface TimestampVerdict {
    /**
     * A trusted authority says that the octets existed at this time.
     *
     * @param accuracy by how much the time may be wrong, either way (RFC 3161 §2.4.2); empty if the answer does not say
     * @param authority subject of the certificate that signed, as RFC 2253 writes it
     * @param revocation what is known of that certificate's revocation; it is never one that makes the stamp worthless
     */
    record Stamped(Instant time, Optional<Duration> accuracy, String authority, SignerRevocation revocation)
            implements TimestampVerdict {}

    /** The authority has refused; nothing is signed. */
    record Rejected(String why) implements TimestampVerdict {}

    /** The answer is no stamp of these octets, or cannot be believed. */
    record Unbelieved(String why) implements TimestampVerdict {}
}
