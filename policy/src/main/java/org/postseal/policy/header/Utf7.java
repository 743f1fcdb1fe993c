package org.postseal.policy.header;

/**
 * Decodes UTF-7 (RFC 2152), and the variant that IMAP has for names of mailboxes (RFC 3501 §5.1.3). It reads malformed
 * text as far as possible.
 */
final class Utf7 {
    private Utf7() {}

    /** Decodes octets, each of which is one character of the text. */
    static String decode(String octets, boolean isModified) {
        char shift = isModified ? '&' : '+';
        StringBuilder text = new StringBuilder(octets.length());
        int at = 0;
        while (at < octets.length()) {
            char c = octets.charAt(at++);
            if (c != shift) {
                text.append(c);
                continue;
            }
            int start = at;
            int bits = 0;
            int buffer = 0;
            while (at < octets.length() && value(octets.charAt(at), isModified) >= 0) {
                buffer = (buffer << 6) | value(octets.charAt(at++), isModified);
                bits += 6;
                if (bits >= 16) {
                    bits -= 16;
                    text.append((char) (buffer >>> bits));
                    buffer &= (1 << bits) - 1;
                }
            }
            boolean isClosed = at < octets.length() && octets.charAt(at) == '-';
            if (at == start) {
                text.append(shift);
            }
            at += isClosed ? 1 : 0;
        }
        return text.toString();
    }

    /**
     * Returns true if every program that knows UTF-7 reads the same: there is ASCII and whole characters of two octets,
     * and no bit is left over (RFC 2152).
     */
    static boolean isWellFormed(String octets, boolean isModified) {
        char shift = isModified ? '&' : '+';
        int at = 0;
        while (at < octets.length()) {
            char c = octets.charAt(at++);
            if (c != shift) {
                if (c > 126) {
                    return false;
                }
                continue;
            }
            int start = at;
            int rest = 0;
            while (at < octets.length() && value(octets.charAt(at), isModified) >= 0) {
                int left = (at - start + 1) * 6 % 16;
                rest = left < 6 ? value(octets.charAt(at), isModified) & ((1 << left) - 1) : -1;
                at++;
            }
            boolean isClosed = at < octets.length() && octets.charAt(at) == '-';
            if (rest != 0 || (!isClosed && (isModified || at == start))) {
                return false;
            }
        }
        return decode(octets, isModified).codePoints().noneMatch(Utf7::isHalf);
    }

    /** Returns true for half of a surrogate pair without the other half. */
    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static int value(char c, boolean isModified) {
        return isModified ? (c == '/' ? -1 : Base64Octets.value(c == ',' ? '/' : c)) : Base64Octets.value(c);
    }
}
