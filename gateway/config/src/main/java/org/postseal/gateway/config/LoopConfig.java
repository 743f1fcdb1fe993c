package org.postseal.gateway.config;

import java.util.Optional;
import org.postseal.certstore.Secret;

/**
 * By what a message is known that has been here before, besides the number of its Received fields.
 *
 * @param key of the stamp; without one nothing is stamped
 * @param exchangeHeader for Exchange's transport rule
 */
public record LoopConfig(Optional<Secret> key, Optional<ExchangeHeader> exchangeHeader) {
    /** Received fields are counted, and nothing else. */
    public static final LoopConfig COUNTED = new LoopConfig(Optional.empty(), Optional.empty());

    /** A field with a secret value. */
    public record ExchangeHeader(String name, Secret value) {}
}
