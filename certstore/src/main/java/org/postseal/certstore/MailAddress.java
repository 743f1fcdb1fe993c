package org.postseal.certstore;

import java.util.Locale;
import java.util.Optional;

/**
 * A mailbox address as RFC 5321 §4.1.2 and RFC 6531 §3.3 write it: local part and domain, without display name, comments or angle brackets. The
 * local part keeps its spelling, quotes included. Equality is that of the mailbox: domains by A-label, local parts without regard to ASCII case
 * (RFC 8550 §3), so that {@code Alice@Example.COM} finds the certificate of {@code alice@example.com}. Immutable.
 *
 * @param localPart as on the wire, 1 to 64 octets
 * @param domain the part behind the last {@code @}
 */
public record MailAddress(String localPart, Domain domain) {
    /** Parses an addr-spec; empty for anything else: blanks, controls, a second unquoted {@code @}, source routes, an over-long part. */
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

    /** As {@link #parse}, for text that the program itself wrote. */
    public static MailAddress of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a mail address: " + text));
    }

    /** True when the address needs no SMTPUTF8 (RFC 6531). */
    public boolean isAscii() {
        return toString().chars().allMatch(c -> c < 128);
    }

    /** The key to look up and to compare by: lower case, A-label domain. */
    public String key() {
        return localPart.toLowerCase(Locale.ROOT) + "@" + domain.ascii();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MailAddress address && key().equals(address.key());
    }

    @Override
    public int hashCode() {
        return key().hashCode();
    }

    @Override
    public String toString() {
        return localPart + "@" + domain.text();
    }

    private static boolean isLocalPart(String text) {
        if (text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 64) {
            return false;
        }
        return text.startsWith("\"")
                ? QUOTED.matcher(text).matches()
                : DOT_ATOM.matcher(text).matches();
    }

    // atext of RFC 5322 §3.2.3 with the UTF-8 of RFC 6531 §3.3: every code point from U+00A0 but for white space and
    // controls
    private static final String ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-[\\x{A1}-\\x{10FFFF}&&[^\\p{C}\\p{Z}]]]+";
    private static final java.util.regex.Pattern DOT_ATOM =
            java.util.regex.Pattern.compile(ATEXT + "(\\." + ATEXT + ")*");
    private static final java.util.regex.Pattern QUOTED = java.util.regex.Pattern.compile(
            "\"([\\x20\\x21\\x23-\\x5B\\x5D-\\x7E[\\x{A1}-\\x{10FFFF}&&[^\\p{C}\\p{Z}]]]|\\\\[\\x20-\\x7E])*\"");
}
