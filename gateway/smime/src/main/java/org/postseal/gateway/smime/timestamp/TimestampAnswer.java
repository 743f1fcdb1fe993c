package org.postseal.gateway.smime.timestamp;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;

/** Reads what an authority's answer says, whether or not {@link TimestampVerifier} believes it. */
public final class TimestampAnswer {
    private TimestampAnswer() {}

    /** Returns the time of the stamp (genTime, RFC 3161 §2.4.2); the result is empty if the answer has no stamp. */
    public static Optional<Instant> time(byte[] answer) {
        try {
            TimeStampToken token = new TimeStampResponse(answer).getTimeStampToken();
            return Optional.ofNullable(token)
                    .map(each -> each.getTimeStampInfo().getGenTime().toInstant());
        } catch (TSPException | IOException | RuntimeException malformed) {
            // Bouncy Castle reports malformed inner structures by unchecked exceptions of many kinds.
            return Optional.empty();
        }
    }
}
