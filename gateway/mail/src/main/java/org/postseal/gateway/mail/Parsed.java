package org.postseal.gateway.mail;

import org.postseal.policy.Reason;

/**
 * What came of reading foreign octets: the thing read, or a refusal with a name. A limit that is exceeded is a result, never an exception.
 *
 * @param <T> what is read
 */
public sealed interface Parsed<T> {
    /** It was read. */
    record Success<T>(T value) implements Parsed<T> {}

    /**
     * It may not go on.
     *
     * @param reason which reply it gets
     * @param detail which limit it was, for the audit log; never text of the message
     */
    record Refused<T>(Reason reason, String detail) implements Parsed<T> {}

    /** The refusal as one of another type. */
    static <T> Parsed<T> refused(Reason reason, String detail) {
        return new Refused<>(reason, detail);
    }

    /** For octets that this program wrote itself, where a refusal is a fault in the program. */
    default T orElseThrow() {
        return switch (this) {
            case Success<T>(T value) -> value;
            case Refused<T>(Reason reason, String detail) -> throw new IllegalStateException(reason + ": " + detail);
        };
    }
}
