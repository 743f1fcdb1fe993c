package org.postseal.gateway.smtp;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.mail.Peer.Xforward;

/**
 * Parses the XFORWARD command of Postfix: {@code NAME=value ...}, with values in xtext. Several commands add up until a
 * transaction ends.
 *
 * <p>NAME, HELO, IDENT and PROTO come from strangers at the far end, so odd characters in them are replaced and not
 * refused. Refusing would lose ADDR too, and without ADDR the message would pass for the trusted peer's own. ADDR, PORT
 * and SOURCE are written by the peer itself and must be right.
 */
public final class XforwardCommand {
    /** Names the attributes that we know, as announced. */
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

    /** Parses the argument on top of what earlier commands said. */
    public static Parsed<Xforward> parse(String argument, Optional<Xforward> before) {
        return switch (AttributeList.parse("XFORWARD", argument, Attribute.class, XforwardCommand::isValid)) {
            case Parsed.Refused<Map<Attribute, Optional<String>>>(Reply reply) -> new Parsed.Refused<>(reply);
            case Parsed.Accepted<Map<Attribute, Optional<String>>>(Map<Attribute, Optional<String>> values) ->
                new Parsed.Accepted<>(merge(before.orElse(NOTHING), values));
        };
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

    private static boolean isValid(Attribute attribute, String value) {
        return switch (attribute) {
            case ADDR -> Xforward.literal(value).isPresent();
            case PORT -> AttributeList.isPort(value);
            case SOURCE -> value.equalsIgnoreCase("LOCAL") || value.equalsIgnoreCase("REMOTE");
            case NAME, PROTO, HELO, IDENT -> true;
        };
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
