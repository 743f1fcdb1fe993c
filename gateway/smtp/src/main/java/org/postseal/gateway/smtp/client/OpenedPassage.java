package org.postseal.gateway.smtp.client;

/** Says whether a next hop takes a message that we have opened, as far as is known before it is opened. */
public sealed interface OpenedPassage {
    /**
     * A message may go that way.
     *
     * @param octets the largest message that is taken there
     */
    record Open(long octets) implements OpenedPassage {
        /** A message of any size may go that way. */
        public static final OpenedPassage ANY = new Open(Long.MAX_VALUE);
    }

    /**
     * No message may go that way.
     *
     * @param why for the audit log
     */
    record Barred(String why) implements OpenedPassage {}

    /**
     * Returns what holds if a message may go to this server or to the other one, whichever answers: both must take it.
     */
    default OpenedPassage and(OpenedPassage other) {
        return switch (this) {
            case Barred barred -> barred;
            case Open(long octets) ->
                switch (other) {
                    case Barred barred -> barred;
                    case Open(long others) -> new Open(Math.min(octets, others));
                };
        };
    }
}
