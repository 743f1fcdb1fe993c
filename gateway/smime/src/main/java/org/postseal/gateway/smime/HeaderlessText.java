package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.RawMessage;

/**
 * Describes text that came out of a cipher without a header section, and gives the fields that say how to read it. It
 * is US-ASCII or UTF-8, as its octets are; octets that are neither are no text.
 *
 * @param isEightBit whether it is UTF-8 beyond US-ASCII
 * @param hasLongLine whether a line is too long for 7bit and 8bit (RFC 2045 §2.7)
 */
record HeaderlessText(boolean isEightBit, boolean hasLongLine) {
    /**
     * Looks at decrypted octets that are no sound MIME entity. The result is empty for what is no text. It is also
     * empty for an entity whose header section is damaged, since programs would read that differently.
     *
     * @param plain the octets; their lines end in CRLF
     * @param isTrusted whether the octets are known to be the sender's, so that control characters in them are no
     * damage
     */
    static Optional<HeaderlessText> of(RawMessage plain, boolean isEightBit, boolean isTrusted) throws IOException {
        try (InputStream in = plain.open()) {
            if (namesContent(in.readNBytes(LOOKED_AT))) {
                return Optional.empty();
            }
        }
        try (InputStream in = plain.open()) {
            return new Scan(isTrusted).read(in).map(hasLongLine -> new HeaderlessText(isEightBit, hasLongLine));
        }
    }

    byte[] fields() {
        String encoding = hasLongLine ? "base64" : isEightBit ? "8bit" : "7bit";
        return Entities.ascii("Content-Type: text/plain; charset=" + (isEightBit ? "utf-8" : "us-ascii")
                + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n");
    }

    private static boolean namesContent(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        return CONTENT_FIELD.matcher(end < 0 ? text : text.substring(0, end)).find();
    }

    /** Holds one run over the octets. */
    private static final class Scan {
        private final boolean isTrusted;
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private final CharBuffer characters = CharBuffer.allocate(CHUNK);
        private int line;
        private boolean hasLongLine;

        Scan(boolean isTrusted) {
            this.isTrusted = isTrusted;
        }

        /** Tells whether the text has a long line; the result is empty if this is no text. */
        Optional<Boolean> read(InputStream in) throws IOException {
            byte[] chunk = new byte[CHUNK];
            int kept = 0;
            boolean isEnd = false;
            while (!isEnd) {
                int count = in.readNBytes(chunk, kept, chunk.length - kept);
                isEnd = kept + count < chunk.length;
                for (int i = kept; i < kept + count; i++) {
                    if (!isTrusted && isControl(chunk[i])) {
                        return Optional.empty();
                    }
                    line = chunk[i] == '\n' ? 0 : line + 1;
                    hasLongLine |= line > LONGEST;
                }
                ByteBuffer octets = ByteBuffer.wrap(chunk, 0, kept + count);
                characters.clear();
                CoderResult result = decoder.decode(octets, characters, isEnd);
                if (result.isError()) {
                    return Optional.empty();
                }
                // The octets that remain are the start of a character whose rest is in the next chunk.
                kept = octets.remaining();
                octets.get(chunk, 0, kept);
            }
            return Optional.of(hasLongLine);
        }

        private static boolean isControl(byte octet) {
            boolean isBlank = octet == '\t' || octet == '\r' || octet == '\n' || octet == '\f';
            return octet == 127 || (octet >= 0 && octet < ' ' && !isBlank);
        }
    }

    private static final int CHUNK = 16 * 1024;
    private static final int LOOKED_AT = 64 * 1024;
    // A line may have 998 octets, and the CR of its end is counted too.
    private static final int LONGEST = 999;
    private static final Pattern CONTENT_FIELD = Pattern.compile(
            "^(?:content-[!-9;-~]*|mime-version)[ \\t]*:", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
}
