package org.postseal.gateway.smtp;

import java.net.InetAddress;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.mail.Peer.Xforward;

/**
 * The XCLIENT command of Postfix: a proxy says whose session this is from now on.
 *
 * @param values what was said; empty where that is that it is not known
 */
public record XclientCommand(Map<Attribute, Optional<String>> values) {
    /** The attributes we know, as announced. NAME, PROTO, DESTADDR and DESTPORT are judged and have no effect. */
    public enum Attribute {
        NAME,
        ADDR,
        PORT,
        PROTO,
        HELO,
        LOGIN,
        DESTADDR,
        DESTPORT
    }

    public XclientCommand {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /** Parses and judges the argument. */
    public static Parsed<XclientCommand> parse(String argument) {
        return switch (AttributeList.parse("XCLIENT", argument, Attribute.class, XclientCommand::isValid)) {
            case Parsed.Refused<Map<Attribute, Optional<String>>>(Reply reply) -> new Parsed.Refused<>(reply);
            case Parsed.Accepted<Map<Attribute, Optional<String>>>(Map<Attribute, Optional<String>> values) ->
                new Parsed.Accepted<>(new XclientCommand(values));
        };
    }

    /** It says something of this attribute, if only that it is not known. */
    public boolean names(Attribute attribute) {
        return values.containsKey(attribute);
    }

    /** What it says of this attribute; empty when nothing, or that it is not known. */
    public Optional<String> value(Attribute attribute) {
        return values.getOrDefault(attribute, Optional.empty());
    }

    /** The client's address; empty when it is not known or not named. */
    public Optional<InetAddress> address() {
        return value(Attribute.ADDR).flatMap(Xforward::literal);
    }

    /** The client's port, 0 when it is not known or not named. */
    public int port() {
        return value(Attribute.PORT).map(Integer::parseInt).orElse(0);
    }

    private static boolean isValid(Attribute attribute, String value) {
        return switch (attribute) {
            case ADDR, DESTADDR -> Xforward.literal(value).isPresent();
            case PORT, DESTPORT -> AttributeList.isPort(value);
            case PROTO -> value.equalsIgnoreCase("SMTP") || value.equalsIgnoreCase("ESMTP");
            case NAME, HELO, LOGIN -> true;
        };
    }
}
