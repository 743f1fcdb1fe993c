package org.postseal.certstore;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A mailbox address as in RFC 5321 §4.1.2 and RFC 6531 §3.3: a local part and a domain, without display name, comments
 * or angle brackets. The local part keeps its spelling, including quotes.
 *
 * <p>Two addresses are equal if they name the same mailbox. Domains are compared by their A-labels, and local parts
 * without regard to ASCII case (RFC 8550 §3) or quotes (RFC 5321 §4.1.2), so that {@code Alice@Example.COM} finds the
 * certificate of {@code alice@example.com}. Letters beyond ASCII are compared as they are, since folding their case
 * would turn the Kelvin sign into a k. Immutable.
 *
 * @param localPart the local part as on the wire, 1 to 254 octets
 * @param domain the part behind the last {@code @}
 */
public record MailAddress(String localPart, Domain domain) {
    /** Refuses a local part that {@link #parse} would refuse, so that no such address can exist. */
    public MailAddress {
        if (!isLocalPart(localPart)) {
            throw new IllegalArgumentException("not a local part");
        }
    }

    /**
     * Parses an addr-spec. Returns empty for anything else: blanks, controls, a second unquoted {@code @}, source
     * routes, or a part that is too long.
     */
    public static Optional<MailAddress> parse(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1) {
            return Optional.empty();
        }
        String localPart = text.substring(0, at);
        if (!isLocalPart(localPart)) {
            return Optional.empty();
        }
        return Domain.parse(text.substring(at + 1)).map(domain -> new MailAddress(localPart, domain));
    }

    /** Parses an address that the program itself wrote. */
    public static MailAddress of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a mail address: " + text));
    }

    /**
     * Returns the address under which a server may look up the same mailbox: with the case of all letters folded, and
     * without what stands behind a plus sign in the local part (RFC 5233). Empty if it is the same address.
     */
    public Optional<MailAddress> otherName() {
        String whole = content();
        int plus = whole.indexOf('+');
        String user = quoted(folded(plus < 1 ? whole : whole.substring(0, plus)));
        return isLocalPart(user)
                ? Optional.of(new MailAddress(user, domain)).filter(other -> !other.equals(this))
                : Optional.empty();
    }

    /** Returns the local part without quotes, and without the backslashes that quote. */
    public String content() {
        return content(localPart);
    }

    /** Returns true if the local part needs no quotes and is ASCII. */
    public boolean isPlain() {
        String plain = unquoted(localPart);
        return !plain.startsWith("\"") && isAscii(plain);
    }

    /** Folds the case of all letters, as Unicode has it, in composed form. */
    public static String folded(String text) {
        // Once is not enough: U+1E9E becomes U+00DF, which becomes ss.
        String once = Normalizer.normalize(text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        return once.equals(text) ? text : folded(once);
    }

    /** Returns true if the address does not need SMTPUTF8 (RFC 6531). */
    public boolean isAscii() {
        return isAscii(localPart) && isAscii(domain.text());
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the key for look-ups and comparisons: ASCII letters in lower case, no needless quotes, and the A-label
     * domain.
     */
    public String key() {
        return asciiLowerCase(unquoted(localPart)) + "@" + domain.ascii();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MailAddress address
                && domain.equals(address.domain)
                && isSameInAsciiCase(unquoted(localPart), unquoted(address.localPart));
    }

    @Override
    public int hashCode() {
        String plain = unquoted(localPart);
        int hash = 1;
        for (int i = 0; i < plain.length(); i++) {
            hash = 31 * hash + asciiLowerCase(plain.charAt(i));
        }
        return 31 * hash + domain.hashCode();
    }

    @Override
    public String toString() {
        return localPart + "@" + domain.text();
    }

    private static boolean isLocalPart(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            return false;
        }
        // No mailbox looks like an RFC 2047 encoded word, but some programs decode such a word and see another address.
        return text.startsWith("\"")
                ? QUOTED.matcher(text).matches()
                : isWord(text)
                        || (DOT_ATOM.matcher(text).matches()
                                && !ENCODED_WORD.matcher(text).find());
    }

    /** Returns true for letters, digits and hyphens of ASCII with single dots between them, like most local parts. */
    private static boolean isWord(String text) {
        boolean isAfterDot = true;
        for (int i = 0; i < text.length(); i++) {
            char c = asciiLowerCase(text.charAt(i));
            boolean isDot = c == '.';
            boolean isPlain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
            if (isDot ? isAfterDot : !isPlain) {
                return false;
            }
            isAfterDot = isDot;
        }
        return !isAfterDot;
    }

    // Quotes and backslashes that change nothing are dropped: "alice" and "a\lice" become alice, but "a b" stays
    // quoted.
    private static String unquoted(String localPart) {
        return localPart.startsWith("\"") ? quoted(content(localPart)) : localPart;
    }

    private static String content(String localPart) {
        return localPart.startsWith("\"")
                ? QUOTED_PAIR
                        .matcher(localPart.substring(1, localPart.length() - 1))
                        .replaceAll("$1")
                : localPart;
    }

    private static String quoted(String content) {
        return DOT_ATOM.matcher(content).matches()
                ? content
                : "\"" + MUST_BE_ESCAPED.matcher(content).replaceAll("\\\\$0") + "\"";
    }

    static String asciiLowerCase(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            lower.append(asciiLowerCase(text.charAt(i)));
        }
        return lower.toString();
    }

    // Every cache look-up calls equals and hashCode, so they do not build the key.
    private static boolean isSameInAsciiCase(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            if (asciiLowerCase(one.charAt(i)) != asciiLowerCase(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char asciiLowerCase(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    // RFC 5321 §4.5.3.1.1 lets a local part have 64 octets and asks servers to take longer ones: SRS and VERP write
    // them. A path has 256 octets with its angle brackets (§4.5.3.1.3).
    private static final int LONGEST = 254;
    // This is the atext of RFC 5322 §3.2.3 with the UTF-8 of RFC 6531 §3.3: every code point from U+00A1 on, except
    // white space and controls.
    private static final String ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-[\\x{A1}-\\x{10FFFF}&&[^\\p{C}\\p{Z}]]]+";
    private static final Pattern DOT_ATOM = Pattern.compile(ATEXT + "(\\." + ATEXT + ")*");
    private static final Pattern QUOTED = Pattern.compile(
            "\"([\\x20\\x21\\x23-\\x5B\\x5D-\\x7E[\\x{A1}-\\x{10FFFF}&&[^\\p{C}\\p{Z}]]]|\\\\[\\x20-\\x7E])*\"");
    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?[^?]+\\?[BbQq]\\?[^?]*\\?=");
    private static final Pattern QUOTED_PAIR = Pattern.compile("\\\\(.)");
    private static final Pattern MUST_BE_ESCAPED = Pattern.compile("[\"\\\\]");
}
