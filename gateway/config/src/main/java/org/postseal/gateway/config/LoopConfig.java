package org.postseal.gateway.config;

import java.util.Optional;
import org.postseal.certstore.Secret;

/**
 * How a message is known that has been here before, besides the number of its Received fields.
 *
 * @param key of the stamp; nothing is stamped when empty
 * @param exchangeHeader for Exchange's transport rule
 */
public record LoopConfig(Optional<Secret> key, Optional<ExchangeHeader> exchangeHeader) {
    /** Only Received fields are counted. */
    public static final LoopConfig COUNTED = new LoopConfig(Optional.empty(), Optional.empty());

    /** A field with a secret value. */
    public record ExchangeHeader(String name, Secret value) {
        private static Optional<ExchangeHeader> read(Section header, PathReader paths) {
            Key<String> name = header.required("name", SecretFiles.FIELD_NAME);
            return name.with(header.required("secretFile", SecretFiles.fieldValue(paths)), ExchangeHeader::new);
        }
    }

    /** Reads {@code loops}. */
    static LoopConfig read(Section loops, PathReader paths) {
        return new LoopConfig(
                loops.key("keyFile", SecretFiles.secret(paths)).value(),
                loops.key("exchangeHeader", Type.section(header -> ExchangeHeader.read(header, paths)))
                        .value());
    }
}
