package org.postseal.gateway.config;

import java.util.Optional;
import org.postseal.certstore.Secret;

/**
 * How the gateway recognises a message that has been here before, in addition to counting its Received fields.
 *
 * @param key key of the stamp that the gateway puts on each message that it has not opened; if empty, there is no stamp
 * @param exchangeHeader field that every copy leaves with, so that a transport rule of Exchange does not send it here
 *     again
 */
public record LoopConfig(Optional<Secret> key, Optional<ExchangeHeader> exchangeHeader) {
    /** Received fields are counted, and nothing else is looked at. */
    public static final LoopConfig COUNTED = new LoopConfig(Optional.empty(), Optional.empty());

    public record ExchangeHeader(String name, Secret value) {
        private static Optional<ExchangeHeader> read(Section header, PathReader paths) {
            Key<String> name = header.required("name", SecretFiles.FIELD_NAME);
            return name.with(header.required("secretFile", SecretFiles.fieldValue(paths)), ExchangeHeader::new);
        }
    }

    static LoopConfig read(Section loops, PathReader paths) {
        return new LoopConfig(
                loops.key("keyFile", SecretFiles.secret(paths)).value(),
                loops.key("exchangeHeader", Type.section(header -> ExchangeHeader.read(header, paths)))
                        .value());
    }
}
