package org.postseal.certstore;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/**
 * The domain of a mail address: a host name or an address literal in brackets (RFC 5321 §4.1.2). Two domains are equal when their A-label forms
 * are, whatever their spelling was; {@link #text()} keeps the spelling for the wire. Immutable.
 */
public final class Domain {
    private final String text;
    private final String ascii;

    private Domain(String text, String ascii) {
        this.text = text;
        this.ascii = ascii;
    }

    /** Parses a domain of at most 255 octets; empty for anything that RFC 5321 or RFC 6531 does not allow. */
    public static Optional<Domain> parse(String text) {
        if (text.isEmpty() || text.length() > 255) {
            return Optional.empty();
        }
        if (text.startsWith("[")) {
            return LITERAL.matcher(text).matches()
                    ? Optional.of(new Domain(text, text.toLowerCase(Locale.ROOT)))
                    : Optional.empty();
        }
        try {
            String ascii = IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            boolean usable = ascii.length() <= 255 && HOST.matcher(ascii).matches();
            return usable ? Optional.of(new Domain(text, ascii)) : Optional.empty();
        } catch (IllegalArgumentException refusedByIdn) {
            return Optional.empty();
        }
    }

    /** As {@link #parse}, for text that the program itself wrote. */
    public static Domain of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a domain: " + text));
    }

    /** The spelling it was given in. */
    public String text() {
        return text;
    }

    /** Lower-case A-label form, the one to compare and to look up. */
    public String ascii() {
        return ascii;
    }

    /** True for {@code sub.example.com} below {@code example.com}; false for the domain itself. */
    public boolean isBelow(Domain parent) {
        return ascii.endsWith("." + parent.ascii);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Domain domain && ascii.equals(domain.ascii);
    }

    @Override
    public int hashCode() {
        return ascii.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static final java.util.regex.Pattern HOST = java.util.regex.Pattern.compile(
            "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final java.util.regex.Pattern LITERAL = java.util.regex.Pattern.compile("\\[[A-Za-z0-9.:-]{1,100}]");
}
