package org.postseal.certstore;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The domain of a mail address: a host name, or an address literal in brackets (RFC 5321 §4.1.2). Two domains are equal
 * if their A-label forms are equal, whatever their spelling was. {@link #text()} keeps the spelling for the wire.
 * Immutable.
 *
 * <p>A name beyond ASCII is accepted only if it is its own U-label, apart from case. Any name that the mapping would
 * silently change is refused, since two programs would read it as two domains: names with sharp s, full-width letters,
 * the Kelvin sign, invisible characters or foreign full stops.
 */
public final class Domain {
    private final String text;
    private final String ascii;

    private Domain(String text, String ascii) {
        this.text = text;
        this.ascii = ascii;
    }

    /** Parses a domain of at most 255 octets. Returns empty for anything that RFC 5321 or RFC 6531 does not allow. */
    public static Optional<Domain> parse(String text) {
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > 255) {
            return Optional.empty();
        }
        if (text.startsWith("[")) {
            return literal(text).map(canonical -> new Domain(text, canonical));
        }
        return hostName(text)
                .filter(ascii -> ascii.length() <= 255)
                .filter(Domain::isHost)
                .map(ascii -> new Domain(text, ascii));
    }

    /** Parses a domain that the program itself wrote. */
    public static Domain of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a domain: " + text));
    }

    /** Returns true for an address in brackets. */
    public boolean isLiteral() {
        return text.startsWith("[");
    }

    /** Returns the original spelling. */
    public String text() {
        return text;
    }

    /**
     * Returns the text with letters of ASCII in lower case. Programs that compare domains by their text, as MTAs do,
     * take two equal domains of different spellings for two domains.
     */
    public String spelling() {
        return MailAddress.asciiLowerCase(text);
    }

    /** Returns the spellings that RFC 5890 §2.3.2.1 has for this name: by A-labels and by U-labels, often the same. */
    public Set<String> standardSpellings() {
        return isLiteral()
                ? Set.of(spelling())
                : new LinkedHashSet<>(List.of(ascii, IDN.toUnicode(ascii, IDN.USE_STD3_ASCII_RULES)));
    }

    /**
     * Returns the lower-case A-label form, which serves to compare and to look up. For a literal it is one canonical
     * form.
     */
    public String ascii() {
        return ascii;
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

    private static Optional<String> hostName(String text) {
        if (MailAddress.isAscii(text)) {
            return Optional.of(text.toLowerCase(Locale.ROOT));
        }
        // Lower case turns the Kelvin sign and the dotted capital I into plain letters.
        if (text.codePoints().anyMatch(c -> c > 127 && Character.toLowerCase(c) < 128)) {
            return Optional.empty();
        }
        try {
            String ascii = IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            String lower = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
            return IDN.toUnicode(ascii).equals(lower) ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException refusedByIdn) {
            return Optional.empty();
        }
    }

    // A label consists of letters and digits, with hyphens only between them. No host may have an underscore, but mail
    // comes from such domains, and every MTA takes it. The last label must not consist of digits only, since the name
    // would then be an address without its brackets (RFC 3696 §2).
    private static boolean isHost(String name) {
        int start = 0;
        boolean isNumber = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isDigit = c >= '0' && c <= '9';
            if (c == '.') {
                if (!isLabel(name, start, i)) {
                    return false;
                }
                start = i + 1;
                isNumber = true;
            } else if (isDigit || (c >= 'a' && c <= 'z') || c == '_' || c == '-') {
                isNumber &= isDigit;
            } else {
                return false;
            }
        }
        return isLabel(name, start, name.length()) && !isNumber;
    }

    private static boolean isLabel(String name, int start, int end) {
        return end > start && end - start <= 63 && name.charAt(start) != '-' && name.charAt(end - 1) != '-';
    }

    // RFC 5321 §4.1.3: of the general literals only IPv6 was ever defined.
    private static Optional<String> literal(String text) {
        if (IPV4.matcher(text).matches()) {
            return Optional.of(text);
        }
        if (!IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            InetAddress address = Inet6Address.ofLiteral(text.substring(6, text.length() - 1));
            return Optional.of("[ipv6:" + address.getHostAddress() + "]");
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private static final Pattern IPV4 =
            Pattern.compile("\\[((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(?!])|(?=]))){4}]");
    private static final Pattern IPV6 = Pattern.compile("\\[[Ii][Pp][Vv]6:[0-9A-Fa-f:.]{2,45}]");
}
