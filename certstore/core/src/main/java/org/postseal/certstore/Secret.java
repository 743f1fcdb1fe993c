package org.postseal.certstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Octets that must not be printed: a password, or a key in text form. Immutable. */
public final class Secret {
    private final byte[] octets;

    private Secret(byte[] octets) {
        this.octets = octets;
    }

    public static Secret of(byte[] octets) {
        return new Secret(octets.clone());
    }

    /**
     * Reads the content of a file without its last line end.
     *
     * @throws IOException if the file cannot be read, is empty, or is longer than {@link #MAX_OCTETS}
     */
    public static Secret read(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_OCTETS + 1);
        }
        if (content.length > MAX_OCTETS) {
            throw new IOException(file + " is longer than " + MAX_OCTETS + " octets");
        }
        int end = content.length;
        if (end > 0 && content[end - 1] == '\n') {
            end--;
            if (end > 0 && content[end - 1] == '\r') {
                end--;
            }
        }
        if (end == 0) {
            // An empty secret proves nothing: an LDAP bind with a name and no password succeeds (RFC 4513 §5.1.2).
            throw new IOException(file + " is empty");
        }
        return new Secret(Arrays.copyOf(content, end));
    }

    /** Returns a copy of the octets. */
    public byte[] octets() {
        return octets.clone();
    }

    /** Returns true if the octets are the same. The time does not depend on which octets differ. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(octets, secret.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return "[redacted]";
    }

    /** The most octets of a secret that is read from a file. */
    public static final int MAX_OCTETS = 4_096;
}
