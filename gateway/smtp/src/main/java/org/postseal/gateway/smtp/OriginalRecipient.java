package org.postseal.gateway.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.MailAddress;

/**
 * Reads ORCPT (RFC 3461 §4.2): the address that a recipient had when the message was submitted, before an MTA expanded
 * an alias or a list.
 */
public final class OriginalRecipient {
    private OriginalRecipient() {}

    /**
     * Returns the address.
     *
     * @param value of the parameter, {@code type;xtext}
     * @return empty for another type of address, for one that is written with the escapes of RFC 6533 §3, and for what
     * is no address
     */
    public static Optional<MailAddress> address(String value) {
        int semicolon = value.indexOf(';');
        String type = value.substring(0, Math.max(0, semicolon)).toLowerCase(Locale.ROOT);
        String address = value.substring(semicolon + 1);
        return switch (type) {
            case "rfc822" -> decoded(address).flatMap(MailAddress::parse);
            case "utf-8" ->
                address.contains("\\x{")
                        ? Optional.empty()
                        : decoded(address).or(() -> Optional.of(address)).flatMap(MailAddress::parse);
            default -> Optional.empty();
        };
    }

    // Postfix writes an internationalised address in this way: its UTF-8, octet by octet.
    private static Optional<String> decoded(String address) {
        return Xtext.decode(address).map(octets -> new String(octets, StandardCharsets.UTF_8));
    }
}
