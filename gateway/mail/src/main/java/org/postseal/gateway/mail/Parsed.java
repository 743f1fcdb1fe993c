package org.postseal.gateway.mail;

import org.postseal.policy.outcome.Reason;

/**
 * Holds what came of reading foreign octets: the thing read, or a refusal with a name. A limit that is exceeded is a
 * result, never an exception.
 *
 * @param <T> the type of what is read
 */
public sealed interface Parsed<T> {
    /** The octets were read. */
    record Success<T>(T value) implements Parsed<T> {}

    /**
     * The octets were refused, and the message may not go on.
     *
     * @param reason which decides the reply
     * @param detail which limit or rule was broken, for the audit log; never text of the message
     */
    record Refused<T>(Reason reason, String detail) implements Parsed<T> {}

    static <T> Parsed<T> refused(Reason reason, String detail) {
        return new Refused<>(reason, detail);
    }

    /**
     * Returns what was read. It is meant for octets that this program wrote itself, where a refusal is a fault in the
     * program.
     */
    default T orElseThrow() {
        return switch (this) {
            case Success<T>(T value) -> value;
            case Refused<T>(Reason reason, String detail) -> throw new IllegalStateException(reason + ": " + detail);
        };
    }
}
