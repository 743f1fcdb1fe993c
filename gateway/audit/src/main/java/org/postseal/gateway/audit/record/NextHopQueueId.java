package org.postseal.gateway.audit.record;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds, in the reply that accepts a message, the id under which the next hop's own log has it. */
final class NextHopQueueId {
    private NextHopQueueId() {}

    /**
     * Returns the id in a reply of Postfix {@code 250 2.0.0 Ok: queued as 4dKx1q2zPz}, Exchange {@code 250 2.6.0 <...>
     * [InternalId=4711, Hostname=...] Queued mail for delivery} or Exim {@code 250 OK id=1tFabc-000000001Qz-0abc}. It
     * is empty if the reply names none or does not accept the message.
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

    private static final Pattern SAID =
            Pattern.compile("\\bqueued as ([0-9A-Za-z]{6,30})\\b|\\[InternalId=([0-9]{1,20})\\b|"
                    + "\\bOK id=([0-9A-Za-z]{6}-[0-9A-Za-z]{6,12}-[0-9A-Za-z]{2,4})\\b");
}
