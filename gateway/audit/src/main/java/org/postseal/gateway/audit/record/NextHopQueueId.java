package org.postseal.gateway.audit.record;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** By what the next hop finds a message in its own log, out of the reply with which it has accepted it. */
final class NextHopQueueId {
    private NextHopQueueId() {}

    /**
     * Of Postfix {@code 250 2.0.0 Ok: queued as 4dKx1q2zPz}, Exchange {@code 250 2.6.0 <...> [InternalId=4711, Hostname=...] Queued mail for delivery}, Exim
     * {@code 250 OK id=1tFabc-000000001Qz-0abc}; empty where it says none, or has not accepted it.
     */
    static Optional<String> in(String reply) {
        return reply.startsWith("2")
                ? SAID.matcher(reply).results().findFirst().map(found -> group(found))
                : Optional.empty();
    }

    private static String group(MatchResult found) {
        for (int i = 1; i < found.groupCount(); i++) {
            if (found.group(i) != null) {
                return found.group(i);
            }
        }
        return found.group(found.groupCount());
    }

    private static final Pattern SAID = Pattern.compile(
            "\\bqueued as ([0-9A-Za-z]{6,30})\\b|\\[InternalId=([0-9]{1,20})\\b|\\bOK id=([0-9A-Za-z]{6}-[0-9A-Za-z]{6,12}-[0-9A-Za-z]{2,4})\\b");
}
