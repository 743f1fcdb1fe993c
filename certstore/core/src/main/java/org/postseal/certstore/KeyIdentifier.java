package org.postseal.certstore;

import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A subject or authority key identifier.
 *
 * @param hex its octets in lower-case hex
 */
public record KeyIdentifier(String hex) {
    public static KeyIdentifier ofOctets(byte[] octets) {
        return new KeyIdentifier(HexFormat.of().formatHex(octets));
    }

    static Optional<KeyIdentifier> of(byte @Nullable [] octets) {
        return octets == null ? Optional.empty() : Optional.of(ofOctets(octets));
    }

    /** Returns the octets, which CMS carries. */
    public byte[] octets() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
