package org.postseal.gateway.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Parses the arguments of Postfix's XFORWARD and XCLIENT: {@code NAME=value ...}, with names in any case and values in
 * xtext.
 */
final class AttributeList {
    private AttributeList() {}

    /**
     * Returns the attributes in the argument. An attribute that is said to be unknown ({@code [UNAVAILABLE]}) has an
     * empty value. Odd characters in values are replaced.
     *
     * @param command named in the replies
     * @param isValid judges the values that are given
     */
    static <A extends Enum<A>> Parsed<Map<A, Optional<String>>> parse(
            String command, String argument, Class<A> type, BiPredicate<A, String> isValid) {
        Map<A, Optional<String>> values = new EnumMap<>(type);
        if (argument.isEmpty()) {
            return EsmtpArguments.refused("5.5.4", "Syntax: " + command + " attribute=value...");
        }
        for (String word : argument.split(" +", -1)) {
            int equals = word.indexOf('=');
            Optional<A> attribute = equals < 0 ? Optional.empty() : attribute(type, word.substring(0, equals));
            if (attribute.isEmpty()) {
                return EsmtpArguments.refused("5.5.4", "Unknown " + command + " attribute");
            }
            Optional<byte[]> octets = Xtext.decode(word.substring(equals + 1));
            if (octets.isEmpty() || octets.get().length > 255) {
                return EsmtpArguments.refused("5.5.4", "Bad " + command + " value");
            }
            String value = printable(octets.get());
            boolean isAbsent = value.isEmpty()
                    || value.equalsIgnoreCase("[UNAVAILABLE]")
                    || value.equalsIgnoreCase("[TEMPUNAVAIL]");
            if (!isAbsent && !isValid.test(attribute.get(), value)) {
                return EsmtpArguments.refused("5.5.4", "Bad " + command + " " + attribute.get());
            }
            if (values.putIfAbsent(attribute.get(), isAbsent ? Optional.empty() : Optional.of(value)) != null) {
                return EsmtpArguments.refused("5.5.4", command + " attribute given twice");
            }
        }
        return new Parsed.Accepted<>(values);
    }

    /** Returns true for a decimal port, at most 65535. */
    static boolean isPort(String value) {
        return value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65535;
    }

    private static <A extends Enum<A>> Optional<A> attribute(Class<A> type, String name) {
        if (!name.matches("[A-Za-z]+")) {
            return Optional.empty();
        }
        for (A attribute : type.getEnumConstants()) {
            if (attribute.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
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
}
