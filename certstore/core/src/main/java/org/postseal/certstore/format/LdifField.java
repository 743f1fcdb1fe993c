package org.postseal.certstore.format;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An attribute of an LDIF (RFC 2849) with one value.
 *
 * @param line the number of its first line
 * @param name its usual name, without options; empty if nothing is read from it
 */
record LdifField(int line, String name, Value value) {
    static final String USER_SMIME = "userSMIMECertificate";
    static final String REVOCATION_LIST = "certificateRevocationList";

    sealed interface Value {
        /** A text as written; each character is an octet. */
        record Text(String text) implements Value {}

        record Encoded(String base64) implements Value {}

        /** The value is in another file. */
        record Elsewhere() implements Value {}
    }

    /** Parses an unfolded line; empty if it has no attribute. */
    static Optional<LdifField> parse(int number, String line) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        String name = line.substring(0, colon).split(";", 2)[0].toLowerCase(Locale.ROOT);
        String rest = line.substring(colon + 1);
        Value value = rest.startsWith(":")
                ? new Value.Encoded(rest.substring(1).strip())
                : rest.startsWith("<") ? new Value.Elsewhere() : new Value.Text(rest.strip());
        return Optional.of(new LdifField(number, NAMES.getOrDefault(name, ""), value));
    }

    boolean isRead() {
        return !name.isEmpty();
    }

    /** Returns the value as text; empty if it is damaged or in another file. */
    Optional<String> text() {
        return switch (value) {
            case Value.Text(String text) -> Optional.of(utf8(text.getBytes(StandardCharsets.ISO_8859_1)));
            case Value.Encoded(String base64) -> Base64Text.decode(base64).map(LdifField::utf8);
            case Value.Elsewhere _ -> Optional.empty();
        };
    }

    private static String utf8(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    // The attributes that are read, by name and by number.
    // userSMIMECertificate has another number in Active Directory than elsewhere.
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("dn", "dn"),
            Map.entry("changetype", "changeType"),
            Map.entry("usercertificate", "userCertificate"),
            Map.entry("2.5.4.36", "userCertificate"),
            Map.entry("cacertificate", "cACertificate"),
            Map.entry("2.5.4.37", "cACertificate"),
            Map.entry("usersmimecertificate", USER_SMIME),
            Map.entry("2.16.840.1.113730.3.1.40", USER_SMIME),
            Map.entry("2.16.840.1.113730.3.140", USER_SMIME),
            Map.entry("certificaterevocationlist", REVOCATION_LIST),
            Map.entry("2.5.4.39", REVOCATION_LIST),
            Map.entry("authorityrevocationlist", REVOCATION_LIST),
            Map.entry("2.5.4.38", REVOCATION_LIST));
}
