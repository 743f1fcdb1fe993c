package org.postseal.gateway.smime.timestamp;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;

/** What an answer of an authority says of itself, whether or not it is to be believed, which {@link TimestampVerifier} says. */
public final class TimestampAnswer {
    private TimestampAnswer() {}

    /** The time of its stamp (genTime, RFC 3161 §2.4.2); empty where it is no answer with a stamp. */
    public static Optional<Instant> time(byte[] answer) {
        try {
            TimeStampToken token = new TimeStampResponse(answer).getTimeStampToken();
            return Optional.ofNullable(token)
                    .map(each -> each.getTimeStampInfo().getGenTime().toInstant());
        } catch (TSPException | IOException | RuntimeException malformed) {
            // Bouncy Castle reports malformed inner structures by unchecked exceptions of many kinds
            return Optional.empty();
        }
    }
}
