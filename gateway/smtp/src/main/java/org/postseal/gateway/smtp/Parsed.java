package org.postseal.gateway.smtp;

/**
 * Holds what a parser makes of a peer's text: a value, or the reply that refuses it.
 *
 * @param <T> the type of the value
 */
public sealed interface Parsed<T> {
    /** The text is well-formed. */
    record Accepted<T>(T value) implements Parsed<T> {}

    /** The text is not well-formed, and the peer is to be told so. */
    record Refused<T>(Reply reply) implements Parsed<T> {}
}
