package org.postseal.gateway.smtp;

import java.net.InetAddress;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.mail.Peer.Xforward;

/**
 * Holds the XCLIENT command of Postfix, by which a proxy says which client the session belongs to from now on.
 *
 * @param values by attribute; a value is empty if it is said to be unknown
 */
public record XclientCommand(Map<Attribute, Optional<String>> values) {
    /**
     * Names the attributes that we know, as announced. NAME, PROTO, DESTADDR and DESTPORT are judged and have no
     * effect.
     */
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

    /** Returns true if the command names this attribute, even if only to say that it is unknown. */
    public boolean names(Attribute attribute) {
        return values.containsKey(attribute);
    }

    /**
     * Returns the value of this attribute; the result is empty if the command does not name it, or says that it is
     * unknown.
     */
    public Optional<String> value(Attribute attribute) {
        return values.getOrDefault(attribute, Optional.empty());
    }

    /** Returns the client's address; the result is empty if it is unknown or not named. */
    public Optional<InetAddress> address() {
        return value(Attribute.ADDR).flatMap(Xforward::literal);
    }

    /** Returns the client's port; it is 0 if it is unknown or not named. */
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
