package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.postseal.gateway.mail.RawMessage;

/**
 * Reads the lines of a multipart as the most tolerant program does, where CR and LF alone end a line too. Its
 * delimiters must be there, plainly written, one for each part and one at the end, and nothing else that could be one.
 * It is used for one body.
 */
final class DelimiterCheck {
    private final byte[] delimiter;
    private final byte[] start;
    private final int parts;
    private long length;
    private int delimiters;
    private boolean isBegunPlainly = true;
    private boolean isAfterReturn;
    private Optional<String> doubt = Optional.empty();

    private DelimiterCheck(byte[] delimiter, int parts) {
        this.delimiter = delimiter;
        this.parts = parts;
        this.start = new byte[delimiter.length + 2];
    }

    /** Says what is wrong with a line; empty when nothing is. */
    static Optional<String> doubt(RawMessage body, String boundary, int parts) {
        DelimiterCheck check = new DelimiterCheck(("--" + boundary).getBytes(StandardCharsets.US_ASCII), parts);
        try (InputStream in = LocalOctets.reading(body.open())) {
            byte[] chunk = new byte[16 * 1024];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                check.take(chunk, n);
            }
        } catch (IOException ourDisk) {
            throw new UncheckedIOException(ourDisk);
        }
        return check.finish();
    }

    private void take(byte[] octets, int size) {
        int at = 0;
        while (at < size) {
            if (isAfterReturn) {
                isAfterReturn = false;
                boolean isPair = octets[at] == '\n';
                endLine(isPair);
                at += isPair ? 1 : 0;
                continue;
            }
            int from = at;
            while (LineCheck.areOrdinary(octets, at, size)) {
                at += Long.BYTES;
            }
            while (at < size && octets[at] != '\r' && octets[at] != '\n') {
                at++;
            }
            takeText(octets, from, at - from);
            if (at < size) {
                isAfterReturn = octets[at] == '\r';
                if (!isAfterReturn) {
                    endLine(false);
                }
                at++;
            }
        }
    }

    private void takeText(byte[] octets, int from, int size) {
        if (length < start.length) {
            System.arraycopy(octets, from, start, (int) length, Math.min(size, start.length - (int) length));
        }
        length += size;
    }

    private Optional<String> finish() {
        if (length > 0 || isAfterReturn) {
            endLine(!isAfterReturn);
        }
        return doubt.or(() -> delimiters == parts + 1 ? Optional.empty() : Optional.of("a delimiter is missing"));
    }

    private void endLine(boolean isEndedPlainly) {
        int kept = (int) Math.min(length, start.length);
        boolean isDelimiter =
                kept >= delimiter.length && Arrays.equals(start, 0, delimiter.length, delimiter, 0, delimiter.length);
        if (isDelimiter) {
            delimiters++;
            if (!isBegunPlainly || !isEndedPlainly || !isWhole()) {
                doubt = Optional.of("a line begins like a delimiter");
            }
        } else if ((delimiters == 0 || delimiters == parts + 1) && (isDashes(kept) || length > LONGEST)) {
            doubt = Optional.of("a line of preamble or epilogue begins with two dashes, or may be cut before them");
        }
        isBegunPlainly = isEndedPlainly;
        length = 0;
    }

    private boolean isWhole() {
        if (delimiters <= parts) {
            return length == delimiter.length;
        }
        return delimiters == parts + 1
                && length == start.length
                && start[delimiter.length] == '-'
                && start[delimiter.length + 1] == '-';
    }

    private boolean isDashes(int kept) {
        return new String(start, 0, kept, StandardCharsets.ISO_8859_1).strip().startsWith("--");
    }

    /** Mail systems cut longer lines (RFC 5322 §2.1.1). */
    private static final int LONGEST = 998;
}
