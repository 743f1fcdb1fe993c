package org.postseal.gateway.road.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.postseal.certstore.Digest;

/**
 * Digests the header fields of a message that its author's program writes and nobody changes on the way. It looks at
 * each octet once and parses nothing, so that no message can hang here. Confined to one thread.
 */
final class LastingFields {
    private final MessageDigest digest = Digest.SHA_256.start();
    private final StringBuilder name = new StringBuilder();
    private boolean isAtLineStart = true;
    private boolean isName;
    private boolean counts;

    /** Takes octets of the header section. */
    void write(byte[] octets, int offset, int length) {
        int end = offset + length;
        int counted = offset;
        for (int i = offset; i < end; i++) {
            byte octet = octets[i];
            if (isAtLineStart && octet != ' ' && octet != '\t') {
                if (counts) {
                    digest.update(octets, counted, i - counted);
                }
                isName = true;
                counts = false;
                name.setLength(0);
            }
            isAtLineStart = octet == '\n';
            if (isName && octet == ':') {
                endName();
                counted = i;
            } else if (isName && name.length() < LONGEST) {
                name.append((char) octet);
            } else {
                isName = false;
            }
        }
        if (counts) {
            digest.update(octets, counted, end - counted);
        }
    }

    private void endName() {
        isName = false;
        String lower = name.toString().toLowerCase(Locale.ROOT);
        counts = NAMES.contains(lower);
        if (counts) {
            digest.update(lower.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Returns the 32 octets. It is called once, at the end. */
    byte[] value() {
        return digest.digest();
    }

    private static final Set<String> NAMES = Set.of("from", "subject", "message-id", "date");
    private static final int LONGEST = "message-id".length();
}
