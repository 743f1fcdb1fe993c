package org.postseal.gateway.smtp;

/**
 * What a parser makes of a peer's text: a value, or the reply that refuses it.
 *
 * @param <T> of the value
 */
public sealed interface Parsed<T> {
    /** Well-formed. */
    record Accepted<T>(T value) implements Parsed<T> {}

    /** Not; the peer is to be told so. */
    record Refused<T>(Reply reply) implements Parsed<T> {}
}
