package org.postseal.gateway.smime;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Checks the octets of a CMS object by the rules of {@link PlainStructure}. */
final class PlainOctets {
    private PlainOctets() {}

    /**
     * Returns true for lines of base64 that hold whole groups and are padded at the end only. Empty lines may stand
     * before and after them.
     */
    static boolean isBase64(InputStream body) throws IOException {
        Base64Lines lines = new Base64Lines();
        byte[] chunk = new byte[16 * 1024];
        for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
            if (!lines.take(chunk, n)) {
                return false;
            }
        }
        return lines.finish();
    }

    /**
     * Returns true if the stream holds one BER value to its end. Its elements are stepped over and not looked into, so
     * that neither size nor nesting costs anything.
     *
     * @param mayEndInLines whether line ends may stand after it
     */
    static boolean isOneObject(InputStream octets, boolean mayEndInLines) throws IOException {
        try (InputStream in = new BufferedInputStream(octets)) {
            long open = 0;
            do {
                open += step(in, open > 0);
            } while (open > 0);
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                if (!mayEndInLines || (octet != '\r' && octet != '\n')) {
                    return false;
                }
            }
            return true;
        } catch (EOFException tooShort) {
            return false;
        }
    }

    /**
     * Steps over an element, or into one of indefinite length (X.690 §8.1.3.6). It returns how many more of these are
     * open now: 1, 0 or -1.
     */
    private static int step(InputStream in, boolean isWithin) throws IOException {
        int tag = octet(in);
        if ((tag & 0x1F) == 0x1F) {
            while ((octet(in) & 0x80) != 0) {
                // The tag number has several octets.
            }
        }
        int length = octet(in);
        if (tag == 0 && length == 0 && isWithin) {
            return -1;
        }
        if (length == 0x80) {
            return 1;
        }
        long size = length;
        if (length > 0x80) {
            size = 0;
            for (int i = length & 0x7F; i > 0; i--) {
                if (size > Long.MAX_VALUE >> 8) {
                    throw new EOFException("a length beyond any message");
                }
                size = (size << 8) | octet(in);
            }
        }
        in.skipNBytes(size);
        return 0;
    }

    private static int octet(InputStream in) throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("the object ends early");
        }
        return octet;
    }

    private static final class Base64Lines {
        private static final boolean[] DIGITS = digits();

        private int line;
        private int padding;
        private boolean isAfterReturn;
        private boolean hasText;
        private boolean isEnded;

        boolean take(byte[] octets, int length) {
            int at = 0;
            while (at < length) {
                int from = at;
                while (at < length && DIGITS[octets[at] & 0xFF]) {
                    at++;
                }
                boolean isPlain = at > from ? takeDigits(at - from) : takeOther(octets[at++]);
                if (!isPlain) {
                    return false;
                }
            }
            return true;
        }

        private boolean takeDigits(int number) {
            line += number;
            return !isAfterReturn && !isEnded && padding == 0;
        }

        private boolean takeOther(byte octet) {
            if (isAfterReturn) {
                isAfterReturn = false;
                return octet == '\n' && endLine();
            }
            if (octet == '\r') {
                isAfterReturn = true;
                return true;
            }
            line++;
            padding++;
            return octet == '=' && !isEnded && padding <= 2;
        }

        boolean finish() {
            return !isAfterReturn && endLine() && hasText;
        }

        private boolean endLine() {
            boolean isWhole = line % 4 == 0;
            isEnded |= padding > 0 || (hasText && line == 0);
            hasText |= line > 0;
            line = 0;
            return isWhole;
        }

        private static boolean[] digits() {
            boolean[] digits = new boolean[256];
            for (char digit : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray()) {
                digits[digit] = true;
            }
            return digits;
        }
    }
}
