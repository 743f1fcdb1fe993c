package org.postseal.gateway.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.mail.Peer.Xforward;

/**
 * The XFORWARD command of Postfix: {@code NAME=value ...}, values in xtext. Several of them add up until a transaction ends.
 *
 * <p>NAME, HELO, IDENT and PROTO come from strangers at the far end, so odd characters in them are replaced and not refused: refusing would lose ADDR too, and without ADDR the
 * message would pass for the trusted peer's own. ADDR, PORT and SOURCE are written by the peer itself and must be right.
 */
public final class XforwardCommand {
    /** The attributes we know, as announced. */
    public enum Attribute {
        NAME,
        ADDR,
        PORT,
        PROTO,
        HELO,
        IDENT,
        SOURCE
    }

    private XforwardCommand() {}

    /** Parses the argument on top of what earlier ones said. */
    public static Parsed<Xforward> parse(String argument, Optional<Xforward> before) {
        Map<Attribute, Optional<String>> values = new EnumMap<>(Attribute.class);
        if (argument.isEmpty()) {
            return EsmtpArguments.refused("5.5.4", "Syntax: XFORWARD attribute=value...");
        }
        for (String word : argument.split(" +", -1)) {
            int equals = word.indexOf('=');
            Optional<Attribute> attribute = equals < 0 ? Optional.empty() : attribute(word.substring(0, equals));
            if (attribute.isEmpty()) {
                return EsmtpArguments.refused("5.5.4", "Unknown XFORWARD attribute");
            }
            Optional<byte[]> octets = Xtext.decode(word.substring(equals + 1));
            if (octets.isEmpty() || octets.get().length > 255) {
                return EsmtpArguments.refused("5.5.4", "Bad XFORWARD value");
            }
            String value = printable(octets.get());
            boolean isAbsent = value.isEmpty()
                    || value.equalsIgnoreCase("[UNAVAILABLE]")
                    || value.equalsIgnoreCase("[TEMPUNAVAIL]");
            if (!isAbsent && !isValid(attribute.get(), value)) {
                return EsmtpArguments.refused("5.5.4", "Bad XFORWARD " + attribute.get());
            }
            if (values.putIfAbsent(attribute.get(), isAbsent ? Optional.empty() : Optional.of(value)) != null) {
                return EsmtpArguments.refused("5.5.4", "XFORWARD attribute given twice");
            }
        }
        return new Parsed.Accepted<>(merge(before.orElse(NOTHING), values));
    }

    private static Xforward merge(Xforward before, Map<Attribute, Optional<String>> values) {
        return new Xforward(
                values.getOrDefault(Attribute.NAME, before.name()),
                values.getOrDefault(Attribute.ADDR, before.address()),
                values.getOrDefault(Attribute.PORT, before.port()),
                values.getOrDefault(Attribute.HELO, before.helo()),
                values.getOrDefault(Attribute.PROTO, before.protocol()),
                values.getOrDefault(Attribute.SOURCE, before.source()).map(s -> s.toUpperCase(Locale.ROOT)),
                values.getOrDefault(Attribute.IDENT, before.ident()));
    }

    private static Optional<Attribute> attribute(String name) {
        if (!name.matches("[A-Za-z]+")) {
            return Optional.empty();
        }
        for (Attribute attribute : Attribute.values()) {
            if (attribute.name().equalsIgnoreCase(name)) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
    }

    private static boolean isValid(Attribute attribute, String value) {
        return switch (attribute) {
            case ADDR -> Xforward.literal(value).isPresent();
            case PORT -> value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65535;
            case SOURCE -> value.equalsIgnoreCase("LOCAL") || value.equalsIgnoreCase("REMOTE");
            case NAME, PROTO, HELO, IDENT -> true;
        };
    }

    private static String printable(byte[] octets) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            text = new String(octets, StandardCharsets.ISO_8859_1);
        }
        return text.codePoints()
                .map(c -> (c > 0x20 && c < 0x7F) || (c > 0xA0 && Character.isLetterOrDigit(c)) ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static final Xforward NOTHING = new Xforward(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
